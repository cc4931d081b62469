/**
 * deploy/ says the same as the rest of the project: its variables, commands, probes and versions are ones that there
 * are.
 */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { before, describe, it } from "@std/testing/bdd";
import { fileURLToPath } from "node:url";
import { readConfig, readWorkerConfig } from "../../config.ts";
import project from "../../deno.json" with { type: "json" };
import { temporaryFolder } from "../support/temporary_folder.ts";
import {
  type Compose,
  type Container,
  containerOf,
  ofKind,
  readCompose,
  readDeployed,
  readKustomization,
  readResources,
  type Resource,
  type ResourceOf,
} from "./manifests.ts";

const ROOT = new URL("../../", import.meta.url);

/** The manifests, the Secret as an example among them. */
const FILES = ["config.yaml", "secret.example.yaml", "server.yaml", "worker.yaml"];

/** Variables that other programs read: Deno, npm's and NVIDIA's programs, the client for S3. */
const OF_OTHERS = /^(DENO_|OTEL_|XDG_|NVIDIA_|AWS_)/;

/** Example values of the Secret. */
const SECRETS: Readonly<Record<string, string>> = {
  EPOCHQL_TOKEN: "0123456789abcdef0123456789abcdef",
  DATABASE_URL: "postgresql://epochql:secret@db:5432/epochql?sslmode=require",
  AWS_ACCESS_KEY_ID: "id",
  AWS_SECRET_ACCESS_KEY: "key",
};

/** The names of our variables: those that config.ts reads. */
async function ownVariables(): Promise<ReadonlySet<string>> {
  const source = await Deno.readTextFile(new URL("config.ts", ROOT));
  return new Set([...source.matchAll(/read\("([A-Z_]+)"\)/g)].map(([, name = ""]) => name));
}

/** ENV of the image. */
function imageVariables(dockerfile: string): Readonly<Record<string, string>> {
  const [, text = ""] = /\nUSER[^]*?\nENV ((?:[^\n]*\\\n)*[^\n]*)/.exec(dockerfile) ?? [];
  return Object.fromEntries(
    [...text.matchAll(/(\w+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

describe("deploy/", () => {
  let dockerfile: string;
  let compose: Compose;
  let resources: readonly Resource[];
  let cuda: readonly Resource[];
  /** Every container that is ours. */
  let containers: readonly Container[];

  before(async () => {
    dockerfile = await readDeployed("Dockerfile");
    compose = await readCompose();
    resources = (await Promise.all(FILES.map(readResources))).flat();
    cuda = await readResources("worker-cuda.yaml");
    containers = [
      ...Object.entries(compose.services)
        .filter(([name]) => name !== "postgres")
        .map(([name, { image, command, environment }]): Container => ({
          ...{ name, image, args: command },
          env: Object.fromEntries(
            Object.entries(environment).map(([name, value]) => [name, String(value ?? "")]),
          ),
        })),
      ...ofKind([...resources, ...cuda], "Deployment").map((deployment) =>
        containerOf(deployment, resources)
      ),
    ];
    assertEquals(containers.map(({ name }) => name).sort(), [
      "server",
      "server",
      "worker",
      "worker",
      "worker",
    ]);
  });

  it("names only variables that exist", async () => {
    const own = await ownVariables();
    const given = [imageVariables(dockerfile), ...containers.map(({ env }) => env)];
    for (const name of given.flatMap((env) => Object.keys(env))) {
      assert(own.has(name) || OF_OTHERS.test(name), `Nothing reads ${name}.`);
    }
  });

  it("has values that are accepted, and no worker has the token", () => {
    for (const { name, env } of containers) {
      const given = { ...imageVariables(dockerfile), ...env };
      const values = new Map(
        Object.entries(given).map(([name, value]) => [name, value ?? SECRETS[name] ?? ""]),
      );
      if (name === "server") {
        const { hostname, port, workers, databaseUrl } = readConfig(values);
        assertEquals([hostname, port, workers], ["0.0.0.0", 8000, 0]);
        assert(databaseUrl);
      } else {
        const config = readWorkerConfig(values);
        assert(config.databaseUrl);
        assertEquals(values.has("EPOCHQL_TOKEN"), false);
      }
    }
  });

  it("stores checkpoints in one place for servers and workers", () => {
    for (const kind of ["compose", "kubernetes"]) {
      const places = containers.slice(...(kind === "compose" ? [0, 2] : [2]))
        .map(({ env }) => env.EPOCHQL_CHECKPOINTS);
      assertEquals(new Set(places).size, 1);
      assert(places[0]);
    }
    for (const { volumes } of [compose.services.server, compose.services.worker].flatMap(present)) {
      assertEquals(volumes, ["checkpoints:/checkpoints"]);
    }
    assertMatch(dockerfile, /install --directory --owner=epochql .* \/data \/checkpoints\n/);
  });

  it("runs tasks that exist", () => {
    const tasks = [
      /CMD \["deno", "task", "(\w+)"\]/.exec(dockerfile)?.[1],
      ...containers.map(({ args }) => args?.slice(0, 2).join(" ") === "deno task" && args[2]),
    ].filter((task) => task !== false);
    assertEquals([...new Set(tasks)].sort(), ["start", "worker"]);
    for (const task of tasks) assert(Object.hasOwn(project.tasks, task ?? ""), task);
  });

  it("uses the Deno that the project is tested with", async () => {
    const [, version] = /^ARG DENO=(\S+)$/m.exec(dockerfile) ?? [];
    const ci = await Deno.readTextFile(new URL(".ci/run", ROOT));
    assert(version);
    assert(ci.includes(`deno@${version}`), `CI must use Deno ${version}`);
  });

  it("copies exactly the needed files into the image", async () => {
    const ignored = (await readDeployed("Dockerfile.dockerignore")).trim().split("\n");
    const entries = [
      "main.ts",
      "cli/setup.ts",
      "cli/setup/set_up.ts",
      "cli/worker.ts",
      "cli/trainer.ts",
    ];
    const needed = (await Promise.all(entries.map(sourcesOf))).flat();
    assert(needed.includes("main.ts"));
    for (const path of needed) {
      assert(!ignored.some((folder) => path.startsWith(`${folder}/`)), path);
    }
    for (const folder of [".git", "node_modules", "tests"]) assert(ignored.includes(folder));
  });

  it("probes servers and workers by routes and programs that exist", async () => {
    using folder = temporaryFolder();
    const routes = await Deno.readTextFile(new URL("server/http/paths.ts", ROOT));
    const checks = ofKind([...resources, ...cuda], "Deployment").flatMap((deployment) => {
      const [found] = deployment.spec.template.spec.containers;
      const { startupProbe, livenessProbe, readinessProbe, ports = [] } = found;
      return [startupProbe, livenessProbe, readinessProbe]
        .filter((probe) => probe !== undefined)
        .map((probe) => ({ ...probe, ports }));
    });
    assertEquals(checks.length, 7);
    for (const { httpGet, exec, ports } of checks) {
      if (httpGet) {
        assert(ports.some(({ name }) => name === httpGet.port));
        assert(routes.includes(`"${httpGet.path}"`), httpGet.path);
      } else {
        // As in a container in which no worker has begun yet.
        const [program, ...args] = exec?.command ?? [];
        assertEquals(program, "deno");
        const { code, stderr } = await new Deno.Command(Deno.execPath(), {
          args: args.map((arg) => arg.replace("/data", folder.path)),
          cwd: fileURLToPath(ROOT),
          env: { EPOCHQL_HOME: folder.path },
        }).output();
        assertEquals(new TextDecoder().decode(stderr), "No worker runs on this machine.\n");
        assertEquals(code, 1);
      }
    }
  });

  it("matches selectors and labels", () => {
    const all = [...resources, ...cuda];
    const deployments = ofKind(all, "Deployment");
    const podLabels = deployments.map(({ spec }) => spec.template.metadata.labels);
    const selectors = [
      ...deployments.map(({ spec }) => spec.selector.matchLabels),
      ...ofKind(all, "PodDisruptionBudget").map(({ spec }) => spec.selector.matchLabels),
      ...ofKind(all, "Service").map(({ spec }) => spec.selector),
    ];
    assertEquals(selectors.length, 7);
    for (const selector of selectors) {
      const matched = podLabels.filter((labels) =>
        Object.entries(selector).every(([name, value]) => labels[name] === value)
      );
      assertEquals(matched.length, 1, JSON.stringify(selector));
    }
    for (const { spec } of ofKind(all, "Service")) {
      assertEquals(spec.ports.map(({ targetPort }) => targetPort), ["http"]);
    }
  });

  it("applies every manifest but the example of a Secret, and says where its images are", async () => {
    const { resources: applied, images } = await readKustomization();
    const text = await readDeployed("kubernetes/kustomization.yaml");
    const folder = new URL("deploy/kubernetes/", ROOT);
    const present = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
    const optional = [...text.matchAll(/^ {2}# - (\S+)$/gm)].map(([, name]) => name);
    assertEquals(
      [...applied, ...optional, "kustomization.yaml", "secret.example.yaml"].sort(),
      present.sort(),
    );
    const used = containers.slice(2).map(({ image }) => image);
    assertEquals(new Set(images.map(({ name }) => name)), new Set(used));
  });

  it("has workers with a GPU that are like the others but for the GPU", () => {
    const [plain, gpu] = [resources, cuda].map((all) =>
      ofKind(all, "Deployment").find(({ metadata }) => metadata.name.startsWith("epochql-worker"))
    );
    assertEquals(withoutGpu(gpu), withoutGpu(plain));
  });
});

/** The project's files that a program is made of. */
async function sourcesOf(entry: string): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: fileURLToPath(ROOT),
  }).output();
  const info: { readonly modules: readonly { readonly specifier: string }[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return info.modules.map(({ specifier }) => specifier)
    .filter((url) => url.startsWith(ROOT.href) && !url.includes("/node_modules/"))
    .map((url) => url.slice(ROOT.href.length));
}

/** A Deployment of workers without what a GPU takes. */
function withoutGpu(deployment: ResourceOf<"Deployment"> | undefined): unknown {
  const spec = { ...deployment?.spec.template.spec, tolerations: undefined };
  return JSON.parse(JSON.stringify(spec).replace("epochql-cuda", "epochql"));
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
