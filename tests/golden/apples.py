# Buying apples

from app.core.ops.arithmetic import Mul

# values
apple = 100.0  # apple price
count = 2.0  # how many
tax = 1.1  # tax

# layers
mul_subtotal_layer = Mul()
mul_total_layer = Mul()

# forward
subtotal = mul_subtotal_layer.forward(apple, count)
total = mul_total_layer.forward(subtotal, tax)

# backward
dtotal = 1.0
dsubtotal, dtax = mul_total_layer.backward(dtotal)
dapple, dcount = mul_subtotal_layer.backward(dsubtotal)

print(total)
print(dapple, dcount, dtax)
