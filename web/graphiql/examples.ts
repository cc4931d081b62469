/** Example operations that fill GraphiQL's tabs at the first visit, in reading order. */

/** The tabs, in GraphiQL's format. */
export const EXAMPLES: { readonly query: string }[] = [
  `# What is trained: the layers, their shapes and their parameters.
query Summary {
  modelSummary(recipe: BASIC_CNN) {
    name
    totalParameters
    layers {
      name
      kind
      outputShape
      parameters
    }
  }
}
`,
  `# What it learns from: the first 20 of MNIST's 60,000 training samples.
query Samples {
  samples(split: TRAIN, first: 20) {
    totalCount
    nodes {
      index
      label
      image
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
`,
  `# Starts a training. Add 'input: { recipe: DROPOUT_CNN, epochs: 3 }' for another.
mutation Start {
  startTraining {
    run {
      id
      state
    }
  }
}
`,
  `# Every epoch of the run that is training now, or of the next one, as it happens.
subscription Watch {
  epochs {
    number
    trainAcc
    trainLoss
    testAcc
    testLoss
  }
}
`,
  `# All trainings, newest first.
query Runs {
  runs(first: 10) {
    totalCount
    nodes {
      id
      name
      state
      device
      progress {
        epoch
        epochs
      }
      epochs {
        number
        testAcc
      }
    }
  }
}
`,
].map((query) => ({ query }));
