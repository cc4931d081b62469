"""The three recipes, and some presets, as a PyTorch user writes them."""

import torch
from torch import nn
from torch.nn import functional as F

from torch_presets import PRESETS


class BasicCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.pool2 = nn.MaxPool2d(2)
        self.fc1 = nn.Linear(1600, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = self.pool1(F.relu(self.conv1(x)))
        x = self.pool2(F.relu(self.conv2(x)))
        x = torch.flatten(x, 1)
        return self.fc2(F.relu(self.fc1(x)))


class DropoutCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 3)
        self.conv2 = nn.Conv2d(32, 64, 3)
        self.dropout1 = nn.Dropout2d(0.25)
        self.dropout2 = nn.Dropout(0.5)
        self.fc1 = nn.Linear(9216, 128)
        self.fc2 = nn.Linear(128, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = self.dropout1(F.max_pool2d(x, 2))
        x = torch.flatten(x, 1)
        x = self.dropout2(F.relu(self.fc1(x)))
        return F.log_softmax(self.fc2(x), dim=1)


class WideKernelCnn(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 32, 5)
        self.conv2 = nn.Conv2d(32, 64, 5)
        self.fc1 = nn.Linear(1024, 256)
        self.fc2 = nn.Linear(256, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = torch.flatten(x, 1)
        x = F.relu(self.fc1(x))
        return F.log_softmax(self.fc2(x), dim=1)


class Recipe:
    """A network with its loss, its batch size, how it is trained and how its pixels are scaled."""

    def __init__(self, name):
        self.mean, self.std = 0.0, 1.0
        if name == "BASIC_CNN":
            self.model, self.loss, self.batch_size = BasicCnn(), nn.CrossEntropyLoss(), 32
            self.optimizer = lambda weights: torch.optim.SGD(weights, lr=0.01)
        elif name == "DROPOUT_CNN":
            self.model, self.loss, self.batch_size = DropoutCnn(), nn.NLLLoss(), 64
            self.optimizer = lambda weights: torch.optim.SGD(weights, lr=0.01, momentum=0.5)
            self.mean, self.std = 0.1307, 0.3081
        elif name == "WIDE_KERNEL_CNN":
            self.model, self.loss, self.batch_size = WideKernelCnn(), nn.NLLLoss(), 100
            self.optimizer = lambda weights: torch.optim.Adam(weights, lr=0.001)
        elif name in PRESETS:
            self.model, self.loss, self.batch_size = PRESETS[name](), nn.CrossEntropyLoss(), 64
            self.optimizer = lambda weights: torch.optim.SGD(weights, lr=0.01)
        else:
            raise SystemExit(f"Cannot train '{name}': there is no such network.")

    def scale(self, pixels):
        """Bytes to numbers."""
        x = pixels.float() / 255
        return x if self.mean == 0 else (x - self.mean) / self.std
