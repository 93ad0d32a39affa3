/** Programs to begin with, and how a program is told from a formula. */
import type { Language } from "../api/code.js";

export interface Program {
  readonly name: string;
  readonly source: string;
}

export const PROGRAMS: readonly Program[] = [
  {
    name: "Layers",
    source: `# two products, forward and back
price = 120
count = 3
tax = 1.1

times_count = MulLayer()
times_tax = MulLayer()

subtotal = times_count.forward(price, count)
total = times_tax.forward(subtotal, tax)

dsubtotal, dtax = times_tax.backward(1)
dprice, dcount = times_count.backward(dsubtotal)
print(dprice, dcount, dtax)
`,
  },
  {
    name: "Two-layer net",
    source: `import numpy as np
from collections import OrderedDict

class Net:
    def __init__(self, inputs, hidden, outputs):
        self.params = {}
        self.params['W1'] = 0.5 * np.random.randn(inputs, hidden)
        self.params['b1'] = np.zeros(hidden)
        self.params['W2'] = 0.5 * np.random.randn(hidden, outputs)
        self.params['b2'] = np.zeros(outputs)

        self.layers = OrderedDict()
        self.layers['Affine1'] = Affine(self.params['W1'], self.params['b1'])
        self.layers['Relu1'] = Relu()
        self.layers['Affine2'] = Affine(self.params['W2'], self.params['b2'])
        self.last = SoftmaxWithLoss()

    def loss(self, x, t):
        for layer in self.layers.values():
            x = layer.forward(x)
        return self.last.forward(x, t)

np.random.seed(1)
net = Net(2, 3, 2)
x = np.array([[0.5, -1.0], [1.5, 2.0]])
t = np.array([0, 1])
loss = net.loss(x, t)
`,
  },
  {
    name: "micrograd",
    source: `from micrograd.engine import Value

x = Value(2.0)
w = Value(-3.0)
b = Value(6.9)
y = (x * w + b).tanh()
y.backward()
print(w.grad)
`,
  },
  {
    name: "PyTorch",
    source: `import torch
import torch.nn.functional as F

x = torch.tensor([[1.0, -2.0], [0.5, 0.25]])
W = torch.tensor([[0.3, -0.1], [0.2, 0.4], [-0.5, 0.6]], requires_grad=True)
b = torch.zeros(3, requires_grad=True)
t = torch.tensor([2, 0])

scores = F.relu(x @ W.T + b)
loss = F.cross_entropy(scores, t)
loss.backward()
`,
  },
];

const PYTHON =
  /^[ \t]*(import|from|def|class|for|if|with|print|assert)\b|\b(np|torch|nn|F|jnp|jax|math|self)\.|\.(forward|backward)\(|\b\w*(Layer|Value)\(|True|False|None/m;

/** The language that a text seems to be in. */
export const languageOf = (source: string): Language =>
  PYTHON.test(source) ? "python" : "formula";
