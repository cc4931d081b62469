"""The presets that the bench measures, as a PyTorch user writes them."""

from torch import nn
from torch.nn import functional as F


def normalized(in_channels, out_channels, kernel_size=3, **options):
    """A convolution and its batch norm."""
    return nn.Sequential(
        nn.Conv2d(in_channels, out_channels, kernel_size, bias=False, **options),
        nn.BatchNorm2d(out_channels),
    )


class BasicBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride):
        super().__init__()
        self.first = normalized(in_channels, out_channels, stride=stride, padding=1)
        self.second = normalized(out_channels, out_channels, padding=1)
        self.shortcut = (
            nn.Identity() if stride == 1 else normalized(in_channels, out_channels, 1, stride=stride)
        )

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.shortcut(x))


def head(channels):
    return [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, 10)]


def resnet_small():
    blocks = [(32, 32, 1), (32, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2), (128, 128, 1)]
    return nn.Sequential(
        normalized(1, 32, padding=1),
        nn.ReLU(),
        *(BasicBlock(*block) for block in blocks),
        *head(128),
    )


def mobilenet_small():
    blocks = [(32, 64, 1), (64, 128, 2), (128, 128, 1), (128, 256, 2), (256, 256, 1), (256, 256, 1)]
    layers = [normalized(1, 32, padding=1), nn.ReLU()]
    for in_channels, out_channels, stride in blocks:
        depthwise = {"stride": stride, "padding": 1, "groups": in_channels}
        layers += [normalized(in_channels, in_channels, **depthwise), nn.ReLU()]
        layers += [normalized(in_channels, out_channels, 1), nn.ReLU()]
    return nn.Sequential(*layers, *head(256))


def mlp():
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 512),
        nn.ReLU(),
        nn.Dropout(0.2),
        nn.Linear(512, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )


PRESETS = {"RESNET_SMALL": resnet_small, "MOBILENET_SMALL": mobilenet_small, "MLP": mlp}
