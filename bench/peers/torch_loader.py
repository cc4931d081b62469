"""PyTorch as most tutorials have it: torchvision's MNIST, ToTensor, a shuffling DataLoader."""

import torch
import torchvision
from torch.utils.data import DataLoader
from torchvision import transforms

from measure import EVALUATION_BATCH, Clock, arguments, evaluate_for
from torch_recipes import Recipe


def main():
    options = arguments(__doc__, workers=(int, 0))
    recipe = Recipe(options.network)
    steps = [transforms.ToTensor()]
    if recipe.mean != 0:
        steps.append(transforms.Normalize((recipe.mean,), (recipe.std,)))

    def dataset(train):
        return torchvision.datasets.MNIST(
            options.data, train=train, transform=transforms.Compose(steps), download=False
        )

    train_loader = DataLoader(
        dataset(True), batch_size=recipe.batch_size, shuffle=True, num_workers=options.workers
    )
    test_loader = DataLoader(
        dataset(False), batch_size=EVALUATION_BATCH, num_workers=options.workers
    )
    model = recipe.model
    optimizer = recipe.optimizer(model.parameters())

    def train(clock):
        model.train()
        while True:
            for images, labels in train_loader:
                loss = recipe.loss(model(images), labels)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if clock.step(loss.item()):
                    return

    @torch.no_grad()
    def evaluate():
        model.eval()
        correct = 0
        for images, labels in test_loader:
            correct += (model(images).argmax(1) == labels).sum().item()
        return correct / len(test_loader.dataset)

    clock = Clock(options.warm_up, options.seconds)
    train(clock)
    clock.report(*evaluate_for(0, evaluate))


if __name__ == "__main__":
    main()
