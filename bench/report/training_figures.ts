/** Compares trainings and evaluations by the native engine with PyTorch's and with those by TensorFlow. */
import type { Sample } from "../training/sample.ts";
import { BENCH_NETWORKS, type BenchNetwork } from "../training/spec.ts";
import { type Figure, ratio, size } from "./figure.ts";

/** The samples of each round, by contender and network. */
type Samples = (name: string, network: BenchNetwork) => readonly Sample[];

/** Contenders that ours are compared with, as tables name them. */
const PEERS = {
  "pytorch": "PyTorch in memory",
  "pytorch-channels-last": "channels_last",
  "epochql-tensorflow": "TensorFlow",
} as const;

/** Comparisons, with how many times as fast a step of ours is to be. */
const TRAININGS:
  readonly (readonly [network: BenchNetwork, peer: keyof typeof PEERS, atLeast: number])[] = [
    ["BASIC_CNN", "pytorch", 6],
    ["BASIC_CNN", "pytorch-channels-last", 3.4],
    ["BASIC_CNN", "epochql-tensorflow", 2.4],
    ["DROPOUT_CNN", "epochql-tensorflow", 1.9],
    ["WIDE_KERNEL_CNN", "epochql-tensorflow", 1.9],
    ["RESNET_SMALL", "pytorch-channels-last", 2],
    ["MOBILENET_SMALL", "pytorch-channels-last", 2],
    ["MLP", "pytorch-channels-last", 2],
  ];

/** Computes the figures of trainings for which there are measurements. */
export function trainingFigures(samples: Samples): readonly (Figure | undefined)[] {
  return [
    ...TRAININGS.map(([network, peer, atLeast]) =>
      ratio(
        `Training ${network}, to ${PEERS[peer]}`,
        samples(peer, network).map(({ windows }) => windows),
        samples("epochql", network).map(({ windows }) => windows),
        atLeast,
      )
    ),
    ...BENCH_NETWORKS.map((network) =>
      ratio(
        `Evaluating 10,000 by ${network}, to TensorFlow`,
        samples("epochql-tensorflow", network).map(({ evaluations }) => evaluations),
        samples("epochql", network).map(({ evaluations }) => evaluations),
        1.6,
      )
    ),
    size(
      "Peak memory of training BASIC_CNN",
      samples("epochql", "BASIC_CNN").map(({ rssMegabytes }) => rssMegabytes),
      "MB",
      160,
    ),
  ];
}
