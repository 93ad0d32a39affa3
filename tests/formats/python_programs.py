"""Programs in the styles that the Python reader knows."""

from __future__ import annotations

APPLES = """
from layer_naive import *


apple = 100
apple_num = 2
tax = 1.1

mul_apple_layer = MulLayer()
mul_tax_layer = MulLayer()

# forward
apple_price = mul_apple_layer.forward(apple, apple_num)
price = mul_tax_layer.forward(apple_price, tax)

# backward
dprice = 1
dapple_price, dtax = mul_tax_layer.backward(dprice)
dapple, dapple_num = mul_apple_layer.backward(dapple_price)

print("price:", int(price))
print(f"dApple: {dapple}")
print("dApple_num:", int(dapple_num))
"""

APPLES_AND_ORANGES = """
class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        out = x * y

        return out

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x

        return dx, dy


class AddLayer:
    def __init__(self):
        pass

    def forward(self, x, y):
        return x + y

    def backward(self, dout):
        return dout * 1, dout * 1


apple = 100
apple_num = 2
orange = 150
orange_num = 3
tax = 1.1

mul_apple_layer = MulLayer()
mul_orange_layer = MulLayer()
add_apple_orange_layer = AddLayer()
mul_tax_layer = MulLayer()

apple_price = mul_apple_layer.forward(apple, apple_num)  # (1)
orange_price = mul_orange_layer.forward(orange, orange_num)  # (2)
all_price = add_apple_orange_layer.forward(apple_price, orange_price)  # (3)
price = mul_tax_layer.forward(all_price, tax)  # (4)

dprice = 1
dall_price, dtax = mul_tax_layer.backward(dprice)  # (4)
dapple_price, dorange_price = add_apple_orange_layer.backward(dall_price)  # (3)
dorange, dorange_num = mul_orange_layer.backward(dorange_price)  # (2)
dapple, dapple_num = mul_apple_layer.backward(dapple_price)  # (1)
"""

_NET = """
class TwoLayerNet:

    def __init__(self, input_size, hidden_size, output_size, weight_init_std = 0.01):
        self.params = {}
        self.params['W1'] = weight_init_std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = weight_init_std * np.random.randn(hidden_size, output_size) \t
        self.params['b2'] = np.zeros(output_size)

        self.layers = OrderedDict()
        self.layers['Affine1'] = Affine(self.params['W1'], self.params['b1'])
        self.layers['Relu1'] = Relu()
        self.layers['Affine2'] = Affine(self.params['W2'], self.params['b2'])

        self.lastLayer = SoftmaxWithLoss()

    def predict(self, x):
        for layer in self.layers.values():
            x = layer.forward(x)

        return x

    # x: data, t: targets
    def loss(self, x, t):
        y = self.predict(x)
        return self.lastLayer.forward(y, t)

    def accuracy(self, x, t):
        y = self.predict(x)
        y = np.argmax(y, axis=1)
        if t.ndim != 1 : t = np.argmax(t, axis=1)

        accuracy = np.sum(y == t) / float(x.shape[0])
        return accuracy

    def numerical_gradient(self, x, t):
        loss_W = lambda W: self.loss(x, t)

        grads = {}
        grads['W1'] = numerical_gradient(loss_W, self.params['W1'])
        return grads

    def gradient(self, x, t):
        # forward
        self.loss(x, t)

        # backward
        dout = 1
        dout = self.lastLayer.backward(dout)

        layers = list(self.layers.values())
        layers.reverse()
        for layer in layers:
            dout = layer.backward(dout)

        grads = {}
        grads['W1'], grads['b1'] = self.layers['Affine1'].dW, self.layers['Affine1'].db
        grads['W2'], grads['b2'] = self.layers['Affine2'].dW, self.layers['Affine2'].db

        return grads
"""

TWO_LAYER_NET = f"""# coding: utf-8
import sys, os
sys.path.append(os.pardir)
import numpy as np
from common.layers import *
from common.gradient import numerical_gradient
from collections import OrderedDict

{_NET}"""
"""As a file of its own, which nothing calls."""

BOOK_LAYERS = '''
class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = (x <= 0)
        out = x.copy()
        out[self.mask] = 0

        return out

    def backward(self, dout):
        dout[self.mask] = 0
        dx = dout

        return dx


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.x = x
        out = np.dot(x, self.W) + self.b

        return out

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)

        return dx


def softmax(x):
    """Along the last axis."""
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


class SoftmaxWithLoss:
    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = -np.sum(self.t * np.log(self.y)) / self.t.shape[0]

        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = (self.y - self.t) / batch_size

        return dx
'''

UNTRAINED_NET = f"""import numpy as np
from collections import OrderedDict
{BOOK_LAYERS}
{_NET}

if __name__ == '__main__':
    np.random.seed(7)
    network = TwoLayerNet(input_size=4, hidden_size=3, output_size=2, weight_init_std=0.5)
    x_batch = np.array([[1.0, 2.0, -3.0, 4.0], [0.5, -0.1, 0.2, 0.3]])
    t_batch = np.array([[1, 0], [0, 1]])
"""

TRAINED_NET = f"""{UNTRAINED_NET}
    first = network.loss(x_batch, t_batch)
    grad = network.gradient(x_batch, t_batch)
"""
"""All that it needs in one text, so that the test can run it too."""

TRAINING = """
    learning_rate = 0.1
    for i in range(1000):
        grad = network.gradient(x_batch, t_batch)
        for key in ('W1', 'b1', 'W2', 'b2'):
            network.params[key] -= learning_rate * grad[key]

        loss = network.loss(x_batch, t_batch)
        if i % 100 == 0:
            print(f"{i}: {loss}")
"""

MICROGRAD = """
from micrograd.engine import Value

a = Value(-4.0)
b = Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
print(f'{g.data:.4f}')
g.backward()
print(f'{a.grad:.4f}')
"""

TORCH_TENSORS = """
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, -2.0, 0.5], [0.1, 0.2, 0.3]])
W = torch.tensor([[0.5, -0.2, 0.1], [1.5, 0.3, -0.7]], requires_grad=True)
b = torch.tensor([0.1, -0.1], requires_grad=True)
h = F.relu(F.linear(x, W, b)) + torch.sigmoid(x @ W.T)
s = h.softmax(dim=1).log()
y = (s * h).sum(dim=0, keepdim=True).mean() + h.transpose(0, 1).reshape(-1, 2).pow(2).sum() / h.size(0)
y.backward()
"""

TORCH_MODULE = """
import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.manual_seed(0)


class Net(nn.Module):
    def __init__(self, hidden: int = 5) -> None:
        super().__init__()
        self.fc1 = nn.Linear(4, hidden)
        self.rest = nn.Sequential(nn.Tanh(), nn.Linear(hidden, 4, bias=False), nn.ReLU())
        self.fc2 = nn.Linear(4, 3)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x):
        x = self.fc1(x)
        x = self.rest(x)
        return self.fc2(x) * self.scale


net = Net()
x = torch.tensor([[1.0, 2.0, 3.0, 4.0], [0.0, -1.0, 0.5, 2.0]])
t = torch.tensor([2, 0])
logits = net(x)
loss = F.cross_entropy(logits, t)
loss.backward()
"""

TORCH_IMAGES = """
import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(1, 2, 3, padding=1)
        self.conv2 = nn.Conv2d(2, 2, kernel_size=(2, 2), stride=2, bias=False)
        self.norm = nn.BatchNorm2d(2)
        self.pool = nn.MaxPool2d(2)
        self.last = nn.LayerNorm(3)
        self.fc = nn.Linear(8, 3)

    def forward(self, x):
        x = self.pool(F.relu(self.norm(self.conv1(x))))
        x = F.avg_pool2d(self.conv2(x), kernel_size=1)
        x = x.view(x.size(0), -1)
        return self.last(self.fc(x))


net = Net()
x = torch.linspace(-1.0, 1.0, 2 * 64).reshape(2, 1, 8, 8)
loss = F.cross_entropy(net(x), torch.tensor([0, 2]))
loss.backward()
"""

TORCH_PARTS = """
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
x = torch.tensor([[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]], requires_grad=True)
h = F.gelu(x) + F.elu(x, alpha=0.5) + torch.cat((x[:, :1], x[:, 1:]), dim=1)
h = h.flatten(1).unsqueeze(1).squeeze(1)
k = torch.where(h > 0, h, 0.1 * h).clamp(-1.0, 2.0) + torch.einsum("ij,kj->ik", h, x) @ h
y = k.sum() + torch.stack([x[0], x[..., 1].sum() * x[1]], dim=1).mean() + F.mse_loss(h, x) + h.expand(2, 2, 3).sum()
y.backward()
"""

TORCH_TRAINING = """
import torch
from torch import nn

model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
loss_fn = nn.MSELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
y = torch.tensor([[1.0], [0.0]])
for epoch in range(100):
    optimizer.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    optimizer.step()
    with torch.no_grad():
        error = (model(x) - y).abs().max()
    print(f"{epoch}: {loss.item()}")
"""

JAX = """
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
w = jnp.array([1.0, -2.0])
x = jnp.array([[0.5, 1.0], [2.0, 3.0]])


@jax.jit
def forward(w):
    h = jnp.tanh(jnp.dot(x, w))
    return jnp.sum(jax.nn.relu(h) * 2.0)


value, dw = jax.value_and_grad(forward)(w)
"""

PIECES = [
    '(', ')', '[', ']', '{', '}', ':', ',', '.', '=', '*', '**', '@', '\n', '\n    ', '\t', "'", '"', "f'", '#',
    '\\', 'x', 'lambda', 'for', 'in', 'while', 'if', 'else', 'return', 'class', 'def', 'self', '__class__',
    'import', 'np', '1e999', "9" * 40, 'None', 'True', 'range(9)', 'yield', 'await', 'async', 'del', 'global',
    'not', 'is', ':=', '->', '\x00', "\ud800", '\ufeff', '값', '𝛼', 'super()', 'print', '.T', '.sum()',
    '.backward()', '[0]', '[:, 1:]', '*args', '**kw', '%', '//', '~', '|',
]  # fmt: skip
"""What mangled programs have put in."""
