"""The five networks of the benchmark and the ResNet-20 for small images in PyTorch, as their papers' tables have them.

ResNet and MobileNetV2 name parameters as torchvision does, RegNetX as torchvision, EfficientNet-Lite0 as timm.
`python networks.py` prints the parameter counts.
"""
import torch
from torch import nn


def conv(i, o, k, s=1, g=1):
    return nn.Conv2d(i, o, k, s, k // 2, groups=g, bias=False)


def unit(i, o, k, s=1, g=1, act=nn.ReLU):
    layers = [conv(i, o, k, s, g), nn.BatchNorm2d(o)]
    return nn.Sequential(*layers, act(inplace=True)) if act else nn.Sequential(*layers)


class Basic(nn.Module):
    expansion = 1

    def __init__(self, i, c, s):
        super().__init__()
        self.conv1, self.bn1 = conv(i, c, 3, s), nn.BatchNorm2d(c)
        self.conv2, self.bn2 = conv(c, c, 3), nn.BatchNorm2d(c)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(conv(i, c, 1, s), nn.BatchNorm2d(c)) if s != 1 or i != c else None

    def forward(self, x):
        skip = x if self.downsample is None else self.downsample(x)
        y = self.bn2(self.conv2(self.relu(self.bn1(self.conv1(x)))))
        y += skip
        return self.relu(y)


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, i, c, s):
        super().__init__()
        self.conv1, self.bn1 = conv(i, c, 1), nn.BatchNorm2d(c)
        self.conv2, self.bn2 = conv(c, c, 3, s), nn.BatchNorm2d(c)
        self.conv3, self.bn3 = conv(c, 4 * c, 1), nn.BatchNorm2d(4 * c)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = nn.Sequential(conv(i, 4 * c, 1, s), nn.BatchNorm2d(4 * c)) if s != 1 or i != 4 * c else None

    def forward(self, x):
        skip = x if self.downsample is None else self.downsample(x)
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(y)))))
        y += skip
        return self.relu(y)


class ResNet(nn.Module):
    def __init__(self, block, counts, classes=1000):
        super().__init__()
        self.conv1, self.bn1, self.relu = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        i = 64
        for stage, count in enumerate(counts):
            blocks = []
            for b in range(count):
                blocks.append(block(i, 64 << stage, 2 if stage and b == 0 else 1))
                i = (64 << stage) * block.expansion
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(i, classes)

    def forward(self, x):
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class SmallResNet(nn.Module):
    """For 32x32 images: He et al. 2016, section 4.2, with projection shortcuts."""

    def __init__(self, count, classes=10):
        super().__init__()
        self.conv1, self.bn1, self.relu = conv(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU(inplace=True)
        i = 16
        for stage, c in enumerate([16, 32, 64], 1):
            blocks = [Basic(i if b == 0 else c, c, 2 if stage > 1 and b == 0 else 1) for b in range(count)]
            setattr(self, f"layer{stage}", nn.Sequential(*blocks))
            i = c
        self.avgpool, self.fc = nn.AdaptiveAvgPool2d(1), nn.Linear(i, classes)

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(self.relu(self.bn1(self.conv1(x))))))
        return self.fc(torch.flatten(self.avgpool(x), 1))


class InvertedResidual(nn.Module):
    def __init__(self, i, o, s, t):
        super().__init__()
        layers = [unit(i, i * t, 1, act=nn.ReLU6)] if t != 1 else []
        self.conv = nn.Sequential(*layers, unit(i * t, i * t, 3, s, i * t, nn.ReLU6), conv(i * t, o, 1), nn.BatchNorm2d(o))
        self.skip = s == 1 and i == o

    def forward(self, x):
        return x + self.conv(x) if self.skip else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        layers, i = [unit(3, 32, 3, 2, act=nn.ReLU6)], 32
        for t, c, n, s in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]:
            for b in range(n):
                layers.append(InvertedResidual(i, c, s if b == 0 else 1, t))
                i = c
        self.features = nn.Sequential(*layers, unit(320, 1280, 1, act=nn.ReLU6))
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(1280, classes))

    def forward(self, x):
        x = nn.functional.adaptive_avg_pool2d(self.features(x), 1)
        return self.classifier(torch.flatten(x, 1))


class DepthwiseSeparable(nn.Module):
    def __init__(self, i, o, k, s):
        super().__init__()
        self.conv_dw, self.bn1 = conv(i, i, k, s, i), nn.BatchNorm2d(i)
        self.conv_pw, self.bn2 = conv(i, o, 1), nn.BatchNorm2d(o)
        self.act = nn.ReLU6(inplace=True)

    def forward(self, x):
        return self.bn2(self.conv_pw(self.act(self.bn1(self.conv_dw(x)))))


class Expanded(nn.Module):
    def __init__(self, i, o, k, s, t):
        super().__init__()
        c = i * t
        self.conv_pw, self.bn1 = conv(i, c, 1), nn.BatchNorm2d(c)
        self.conv_dw, self.bn2 = conv(c, c, k, s, c), nn.BatchNorm2d(c)
        self.conv_pwl, self.bn3 = conv(c, o, 1), nn.BatchNorm2d(o)
        self.act, self.skip = nn.ReLU6(inplace=True), s == 1 and i == o

    def forward(self, x):
        y = self.act(self.bn2(self.conv_dw(self.act(self.bn1(self.conv_pw(x))))))
        y = self.bn3(self.conv_pwl(y))
        return y + x if self.skip else y


class EfficientNetLite0(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.conv_stem, self.bn1, self.act = conv(3, 32, 3, 2), nn.BatchNorm2d(32), nn.ReLU6(inplace=True)
        stages, i = [nn.Sequential(DepthwiseSeparable(32, 16, 3, 1))], 16
        for k, s, t, c, n in [(3, 2, 6, 24, 2), (5, 2, 6, 40, 2), (3, 2, 6, 80, 3), (5, 1, 6, 112, 3), (5, 2, 6, 192, 4), (3, 1, 6, 320, 1)]:
            blocks = []
            for b in range(n):
                blocks.append(Expanded(i, c, k, s if b == 0 else 1, t))
                i = c
            stages.append(nn.Sequential(*blocks))
        self.blocks = nn.Sequential(*stages)
        self.conv_head, self.bn2 = conv(320, 1280, 1), nn.BatchNorm2d(1280)
        self.classifier = nn.Linear(1280, classes)

    def forward(self, x):
        x = self.blocks(self.act(self.bn1(self.conv_stem(x))))
        x = self.act(self.bn2(self.conv_head(x)))
        return self.classifier(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class RegNetBlock(nn.Module):
    def __init__(self, i, c, s, groups):
        super().__init__()
        self.proj = unit(i, c, 1, s, act=None) if s != 1 or i != c else None
        self.f = nn.ModuleDict({"a": unit(i, c, 1), "b": unit(c, c, 3, s, groups), "c": unit(c, c, 1, act=None)})
        self.activation = nn.ReLU(inplace=True)

    def forward(self, x):
        skip = x if self.proj is None else self.proj(x)
        return self.activation(skip + self.f["c"](self.f["b"](self.f["a"](x))))


class RegNetX600MF(nn.Module):
    def __init__(self, classes=1000):
        super().__init__()
        self.stem, i, stages = unit(3, 32, 3, 2), 32, nn.ModuleDict()
        for stage, (c, n) in enumerate(zip([48, 96, 240, 528], [1, 3, 5, 7]), 1):
            blocks = nn.ModuleDict()
            for b in range(n):
                blocks[f"block{stage}-{b}"] = RegNetBlock(i, c, 2 if b == 0 else 1, c // 24)
                i = c
            stages[f"block{stage}"] = blocks
        self.trunk_output, self.fc = stages, nn.Linear(i, classes)

    def forward(self, x):
        x = self.stem(x)
        for stage in self.trunk_output.values():
            for block in stage.values():
                x = block(x)
        return self.fc(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


NETWORKS = {
    "resnet18": lambda: ResNet(Basic, [2, 2, 2, 2]),
    "resnet50": lambda: ResNet(Bottleneck, [3, 4, 6, 3]),
    "mobilenet_v2": MobileNetV2,
    "efficientnet_lite0": EfficientNetLite0,
    "regnetx_600mf": RegNetX600MF,
    "resnet20": lambda: SmallResNet(3),
}

if __name__ == "__main__":
    for name, make in NETWORKS.items():
        print(name, sum(p.numel() for p in make().parameters()))
