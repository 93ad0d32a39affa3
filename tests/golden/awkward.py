# Awkward names 🙂

from app.core.ops.arithmetic import Add, Div, Mul, Neg, Sub
from app.core.ops.functions import Exp

# values
class_2 = 2.0  # a class import os # 😀
np_2 = -0.5  # """
Mul_2 = 1e-07

# layers
mul_layer = Mul()
mul_dmul_layer = Mul()
sub_dnp_layer = Sub()
neg_print_layer = Neg()
div_x_1_layer = Div()
add_x1_layer = Add()
exp_beside_layer = Exp()

# forward
mul = mul_layer.forward(class_2, np_2)
dmul = mul_dmul_layer.forward(mul, Mul_2)
dnp = sub_dnp_layer.forward(dmul, np_2)  # 한국어 \input{x} $%&#_^~{}
print_2 = neg_print_layer.forward(dnp)
x_1 = div_x_1_layer.forward(print_2, class_2)
x1 = add_x1_layer.forward(x_1, x_1)
beside = exp_beside_layer.forward(x1)

# backward
dx1 = 1.0
dx_1_1, dx_1_2 = add_x1_layer.backward(dx1)
dx_1 = dx_1_1 + dx_1_2
dprint, dclass_1 = div_x_1_layer.backward(dx_1)
(ddnp,) = neg_print_layer.backward(dprint)
ddmul, dnp_2_1 = sub_dnp_layer.backward(ddnp)
dmul_2, _ = mul_dmul_layer.backward(ddmul)
dclass_2, dnp_2_2 = mul_layer.backward(dmul_2)
dclass = dclass_1 + dclass_2
dnp_2 = dnp_2_1 + dnp_2_2

print(x1)
print(dclass, dnp_2)
