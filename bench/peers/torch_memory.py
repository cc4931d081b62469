"""PyTorch with the dataset in memory as a tensor of bytes: no DataLoader, batches by indexing."""

import torch

from measure import EVALUATION_BATCH, Clock, arguments, evaluate_for, load
from torch_recipes import Recipe


def tensors(data, part):
    images, labels = load(data, part)
    return torch.from_numpy(images.copy()).unsqueeze(1), torch.from_numpy(labels.astype("int64"))


def main():
    options = arguments(__doc__, channels_last=(bool, False))
    images, labels = tensors(options.data, "train")
    test_images, test_labels = tensors(options.data, "t10k")
    recipe = Recipe(options.network)
    layout = torch.channels_last if options.channels_last else torch.contiguous_format
    model = recipe.model.to(memory_format=layout)
    optimizer = recipe.optimizer(model.parameters())

    def batch(of, index):
        return recipe.scale(of[index]).contiguous(memory_format=layout)

    def train(clock):
        model.train()
        while True:
            for index in torch.randperm(len(images)).split(recipe.batch_size):
                loss = recipe.loss(model(batch(images, index)), labels[index])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if clock.step(loss.item()):
                    return

    @torch.no_grad()
    def evaluate():
        model.eval()
        correct = 0
        for index in torch.arange(len(test_images)).split(EVALUATION_BATCH):
            predicted = model(batch(test_images, index)).argmax(1)
            correct += (predicted == test_labels[index]).sum().item()
        return correct / len(test_images)

    clock = Clock(options.warm_up, options.seconds)
    train(clock)
    clock.report(*evaluate_for(options.seconds / 3, evaluate))


if __name__ == "__main__":
    main()
