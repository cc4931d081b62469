/**
 * Files of TensorFlow on each platform: wheels on PyPI, by name and sha256, and the libraries in
 * them. Another version of TensorFlow needs changes to this table only.
 */
import { NativeError } from "./errors.ts";
import type { Build, Platform } from "./platform.ts";

/** Version of TensorFlow. */
const TENSORFLOW_VERSION = "2.21.0";

/** A wheel on PyPI. Its Python version is irrelevant: none of its Python code is used. */
export interface WheelPin {
  /** 'tensorflow-cpu' */
  readonly project: string;
  readonly version: string;
  /** Platform tag for pip. */
  readonly tag: string;
  /** Of the wheel. */
  readonly sha256: string;
  readonly bytes: number;
  /** Size of the extracted files, in bytes. */
  readonly unpackedBytes: number;
}

/** A library in TensorFlow's wheel. */
export interface LibraryPin {
  /** Its file name, in the wheel's tensorflow/. */
  readonly file: string;
  readonly sha256: string;
}

/** TensorFlow on a platform. */
export interface Release {
  /** 'tensorflow-2.21.0-cpu-linux-x86_64' */
  readonly name: string;
  readonly build: Build;
  readonly platform: Platform;
  readonly wheel: WheelPin;
  /** The library with the C API, then the one that it needs. */
  readonly libraries: readonly [main: LibraryPin, framework: LibraryPin];
  /** NVIDIA's libraries; none in a CPU build. */
  readonly cuda: readonly WheelPin[];
}

type Contents = Pick<Release, "wheel" | "libraries" | "cuda">;

const CPU: Readonly<Record<Platform, Contents>> = {
  "linux-x86_64": {
    wheel: {
      project: "tensorflow-cpu",
      version: TENSORFLOW_VERSION,
      tag: "manylinux_2_27_x86_64",
      sha256: "dcc8afd32930e42d5296b6ee19078b773706830af4ea97fbe503b9f5e0f820cb",
      bytes: 274_000_871,
      unpackedBytes: 853_308_936,
    },
    libraries: [
      {
        file: "libtensorflow_cc.so.2",
        sha256: "6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e",
      },
      {
        file: "libtensorflow_framework.so.2",
        sha256: "f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b",
      },
    ],
    cuda: [],
  },
  "linux-aarch64": {
    wheel: {
      project: "tensorflow",
      version: TENSORFLOW_VERSION,
      tag: "manylinux_2_27_aarch64",
      sha256: "b07d15737406533898e36c7ef7944b1be18e9028dc521b9229952c537bbc5552",
      bytes: 281_946_471,
      unpackedBytes: 883_062_208,
    },
    libraries: [
      {
        file: "libtensorflow_cc.so.2",
        sha256: "5f7de6ba6478ed7b83767a6e661e3e6e6931b05c64db14ba98250e52316a007c",
      },
      {
        file: "libtensorflow_framework.so.2",
        sha256: "deade33b9ab90ff468fd1d1f8f6079bec5a3a507cf2d13c3218aa8beec28aeb3",
      },
    ],
    cuda: [],
  },
  "macos-arm64": {
    wheel: {
      project: "tensorflow",
      version: TENSORFLOW_VERSION,
      tag: "macosx_12_0_arm64",
      sha256: "56ecd7d47429acbe1df2694d50b75bf9fc3995ac92cb367cd9af6c4780ead712",
      bytes: 223_488_205,
      unpackedBytes: 740_805_624,
    },
    libraries: [
      {
        file: "libtensorflow_cc.2.dylib",
        sha256: "e003ba85c57343137691f436beed1b13fe93e9dbe54acdbcc285fe2d8090f6c5",
      },
      {
        file: "libtensorflow_framework.2.dylib",
        sha256: "34f4b7baabc727dbd85e67741df3f4ce4f07e21b7ab57b9f818a3701d99b1287",
      },
    ],
    cuda: [],
  },
};

/**
 * NVIDIA's libraries, of CUDA 12.9: TensorFlow is built with 12.5 and runs with every later 12. They bring kernels for
 * Maxwell to Blackwell. cuDNN stays at 9.10: later ones drop GPUs before Turing.
 */
const NVIDIA: readonly WheelPin[] = [
  {
    project: "nvidia-cuda-runtime-cu12",
    version: "12.9.79",
    tag: "manylinux_2_17_x86_64",
    sha256: "25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3",
    bytes: 3_493_179,
    unpackedBytes: 741_088,
  },
  {
    project: "nvidia-cublas-cu12",
    version: "12.9.3.13",
    tag: "manylinux_2_27_x86_64",
    sha256: "d7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72",
    bytes: 581_217_458,
    unpackedBytes: 854_310_592,
  },
  {
    project: "nvidia-cudnn-cu12",
    version: "9.10.2.21",
    tag: "manylinux_2_27_x86_64",
    sha256: "949452be657fa16687d0930933f032835951ef0892b37d2d53824d1a84dc97a8",
    bytes: 706_758_467,
    unpackedBytes: 1_053_232_960,
  },
  {
    project: "nvidia-cufft-cu12",
    version: "11.4.1.4",
    tag: "manylinux_2_17_x86_64",
    sha256: "c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28",
    bytes: 200_877_592,
    unpackedBytes: 291_507_928,
  },
  {
    project: "nvidia-cusolver-cu12",
    version: "11.7.5.82",
    tag: "manylinux_2_27_x86_64",
    sha256: "15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88",
    bytes: 338_117_415,
    unpackedBytes: 302_024_152,
  },
  {
    project: "nvidia-cusparse-cu12",
    version: "12.5.10.65",
    tag: "manylinux_2_17_x86_64",
    sha256: "73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78",
    bytes: 366_465_088,
    unpackedBytes: 486_556_368,
  },
  {
    project: "nvidia-nvjitlink-cu12",
    version: "12.9.86",
    tag: "manylinux_2_12_x86_64",
    sha256: "e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9",
    bytes: 39_748_338,
    unpackedBytes: 95_935_344,
  },
  {
    project: "nvidia-cuda-nvrtc-cu12",
    version: "12.9.86",
    tag: "manylinux_2_12_x86_64",
    sha256: "210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4",
    bytes: 89_568_129,
    unpackedBytes: 113_447_240,
  },
];

const CUDA: Contents = {
  wheel: {
    project: "tensorflow",
    version: TENSORFLOW_VERSION,
    tag: "manylinux_2_27_x86_64",
    sha256: "b3b95643c4e70eb925839938fb35cbe142f317ec84af6844ee61513713bb13c0",
    bytes: 572_611_111,
    unpackedBytes: 1_259_021_080,
  },
  libraries: [
    {
      file: "libtensorflow_cc.so.2",
      sha256: "2889ecc99d7641620f41a4bea538f4dd4b626f75aa3e12623161ae939054191c",
    },
    {
      file: "libtensorflow_framework.so.2",
      sha256: "98847c6f0448308159f6d3ff55e13a9e92978598c7fbb34cde63aadf35c6fe84",
    },
  ],
  cuda: NVIDIA,
};

/**
 * Returns the release of a build for a platform.
 *
 * @throws {NativeError} for a CUDA build on a platform without NVIDIA drivers
 */
export function releaseFor(build: Build, platform: Platform): Release {
  const name = `tensorflow-${TENSORFLOW_VERSION}-${build}-${platform}`;
  if (build === "cpu") return { name, build, platform, ...CPU[platform] };
  if (platform !== "linux-x86_64") {
    throw new NativeError(
      "unsupported",
      `Cannot set up the CUDA build: the machine must be Linux on x86_64, got ${platform}. ` +
        "Run 'deno task setup' without --gpu.",
    );
  }
  return { name, build, platform, ...CUDA };
}
