# A quotient of sums

from app.core.ops.activations import Sigmoid
from app.core.ops.arithmetic import Add, Div, Square

# values
x = 3.0
y = -4.0

# layers
sigmoid_2_layer = Sigmoid()
add_top_layer = Add()
sigmoid_3_layer = Sigmoid()
add_layer = Add()
square_2_layer = Square()
add_bottom_layer = Add()
div_f_layer = Div()

# forward
sigmoid_2 = sigmoid_2_layer.forward(y)
top = add_top_layer.forward(x, sigmoid_2)
sigmoid_3 = sigmoid_3_layer.forward(x)
add = add_layer.forward(x, y)
square_2 = square_2_layer.forward(add)
bottom = add_bottom_layer.forward(sigmoid_3, square_2)
f = div_f_layer.forward(top, bottom)

# backward
df = 1.0
dtop, dbottom = div_f_layer.backward(df)
dsigmoid_3, dsquare_2 = add_bottom_layer.backward(dbottom)
(dadd,) = square_2_layer.backward(dsquare_2)
dx_1, dy_1 = add_layer.backward(dadd)
(dx_2,) = sigmoid_3_layer.backward(dsigmoid_3)
dx_3, dsigmoid_2 = add_top_layer.backward(dtop)
dx = dx_1 + dx_2 + dx_3
(dy_2,) = sigmoid_2_layer.backward(dsigmoid_2)
dy = dy_1 + dy_2

print(f)
print(dx, dy)
