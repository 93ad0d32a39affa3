# An affine layer and a batch

import numpy as np

from app.core.ops.arithmetic import Mul
from app.core.ops.linalg import Affine
from app.core.ops.reduce import Sum

# values
x = np.array([[0.0, 0.0], [10.0, 10.0]])  # X
w = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])  # W
b = np.array([1.0, 2.0, 3.0])
upstream = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])

# layers
affine_y_layer = Affine()
mul_weighted_layer = Mul()
sum_f_layer = Sum()

# forward
y = affine_y_layer.forward(x, w, b)
weighted = mul_weighted_layer.forward(y, upstream)
f = sum_f_layer.forward(weighted)

# backward
df = 1.0
(dweighted,) = sum_f_layer.backward(df)
dy, _ = mul_weighted_layer.backward(dweighted)
dx, dw, db = affine_y_layer.backward(dy)

print(f)
print(dx, dw, db)
