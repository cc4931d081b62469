/**
 * deploy/ as data: what each container of the compose file and of the Kubernetes manifests is given.
 */
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

const DEPLOY = new URL("../../deploy/", import.meta.url);

/** The text of a file below deploy/. */
export function readDeployed(path: string): Promise<string> {
  return Deno.readTextFile(new URL(path, DEPLOY));
}

/** A container as it is started. */
export interface Container {
  /** 'server' or 'worker', after what it runs. */
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[] | undefined;
  /** Its variables; undefined where the value is not in the manifest. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  stop_grace_period: z.string(),
  volumes: z.array(z.string()).optional(),
});
const compose = z.object({
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.null()),
});
export type Compose = z.infer<typeof compose>;

/** The compose file, with the defaults of its variables, and with `secret` for those that must be given. */
export async function readCompose(): Promise<Compose> {
  const text = (await readDeployed("compose.yaml"))
    .replace(/\$\{\w+:-([^}]*)\}/g, "$1")
    .replace(/\$\{\w+:\?[^}]*\}/g, "secret-that-is-long-enough");
  return compose.parse(parse(text, { merge: true }));
}

const probe = z.object({
  httpGet: z.object({ path: z.string(), port: z.string() }).optional(),
  exec: z.object({ command: z.array(z.string()) }).optional(),
});
const labels = z.record(z.string(), z.string());
const key = z.object({ name: z.string(), key: z.string() });
const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: key }).optional(),
});
const container = z.object({
  name: z.string(),
  image: z.string(),
  args: z.array(z.string()).optional(),
  envFrom: z.array(z.record(z.string(), z.object({ name: z.string() }))),
  env: z.array(variable),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).optional(),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe.optional(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const metadata = z.object({ name: z.string(), labels });
const selector = z.object({ matchLabels: labels });
const data = z.record(z.string(), z.string());
const resource = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ConfigMap"), metadata, data }),
  z.object({ kind: z.literal("Secret"), metadata, stringData: data }),
  z.object({
    kind: z.literal("Deployment"),
    metadata,
    spec: z.object({
      selector,
      template: z.object({
        metadata: z.object({ labels }),
        spec: z.looseObject({
          containers: z.tuple([container]),
          volumes: z.array(z.looseObject({ name: z.string() })),
        }),
      }),
    }),
  }),
  z.object({
    kind: z.literal("Service"),
    metadata,
    spec: z.object({ selector: labels, ports: z.array(z.object({ targetPort: z.string() })) }),
  }),
  z.object({ kind: z.literal("PodDisruptionBudget"), metadata, spec: z.object({ selector }) }),
]);
export type Resource = z.infer<typeof resource>;
export type ResourceOf<Kind extends Resource["kind"]> = Extract<Resource, { kind: Kind }>;

/** The resources of a file in deploy/kubernetes/. */
export async function readResources(file: string): Promise<readonly Resource[]> {
  return parseAllDocuments(await readDeployed(`kubernetes/${file}`)).map((document) => {
    if (!("toJS" in document)) throw new Error(`${file} must hold resources.`);
    return resource.parse(document.toJS());
  });
}

/** Those of one kind among resources. */
export function ofKind<Kind extends Resource["kind"]>(
  resources: readonly Resource[],
  kind: Kind,
): readonly ResourceOf<Kind>[] {
  return resources.filter((found): found is ResourceOf<Kind> => found.kind === kind);
}

/** The variables of a Deployment's container, with what it takes from ConfigMaps and Secrets. */
export function containerOf(
  deployment: ResourceOf<"Deployment">,
  resources: readonly Resource[],
): Container {
  const [{ name, image, args, envFrom, env }] = deployment.spec.template.spec.containers;
  const taken = envFrom.flatMap((source) =>
    Object.entries(source).flatMap(([kind, { name }]): [string, string | undefined][] => {
      if (kind === "configMapRef") {
        return Object.entries(named(ofKind(resources, "ConfigMap"), name).data);
      }
      return Object.keys(named(ofKind(resources, "Secret"), name).stringData).map(unknown);
    })
  );
  const own = env.map(({ name, value, valueFrom }): [string, string | undefined] => {
    if (!valueFrom) return [name, value];
    const { name: secret, key } = valueFrom.secretKeyRef;
    if (!(key in named(ofKind(resources, "Secret"), secret).stringData)) {
      throw new Error(`The Secret ${secret} must have ${key}.`);
    }
    return unknown(name);
  });
  return { name, image, args, env: Object.fromEntries([...taken, ...own]) };
}

function unknown(name: string): [string, undefined] {
  return [name, undefined];
}

function named<Named extends { readonly metadata: { readonly name: string } }>(
  resources: readonly Named[],
  name: string,
): Named {
  const found = resources.find(({ metadata }) => metadata.name === name);
  if (!found) throw new Error(`There must be a resource '${name}'.`);
  return found;
}

const kustomization = z.object({
  resources: z.array(z.string()),
  images: z.array(z.object({ name: z.string() })),
});

/** The list of what `kubectl apply --kustomize` applies. */
export async function readKustomization(): Promise<z.infer<typeof kustomization>> {
  return kustomization.parse(parse(await readDeployed("kubernetes/kustomization.yaml")));
}
