// Checks rendered manifests: every value and field against the types of Kubernetes and KEDA, and the rules of this project.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";

const here = dirname(fileURLToPath(import.meta.url));
const repository = join(here, "..", "..");

const folder = join(repository, "deploy", "kubernetes");

/** The manifests as kubectl would apply them. Without kubectl, the manifests as they are written. */
export function render() {
  try {
    return parse(execFileSync("kubectl", ["kustomize", folder], { encoding: "utf8" }));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    const [kustomization] = parse(readFileSync(join(folder, "kustomization.yaml"), "utf8"));
    return kustomization.resources.flatMap((file) => parse(readFileSync(join(folder, file), "utf8")));
  }
}

export function parse(text) {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw document.errors[0];
    return document.toJS();
  });
}

/** The problems of the manifests, one line each. */
export async function problems(manifests) {
  const known = await Promise.all(manifests.map(check));
  return [...known.flat(), ...unknownFields(manifests), ...ofOurOwn(manifests)];
}

const nameOf = (manifest) => `${manifest.kind} ${manifest.metadata?.name}`;

function moduleOf(manifest) {
  const models = manifest.apiVersion.startsWith("keda.sh/") ? "@kubernetes-models/keda" : "kubernetes-models";
  return `${models}/${manifest.apiVersion}/${manifest.kind}`;
}

async function check(manifest) {
  try {
    const { [manifest.kind]: Model } = await import(moduleOf(manifest));
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${nameOf(manifest)}: ${error.message}`];
  }
}

// The validators accept unknown fields. The compiler of TypeScript does not.
function unknownFields(manifests) {
  const folder = mkdtempSync(join(here, "node_modules", ".check-"));
  try {
    const source = manifests.map(
      (manifest, i) =>
        `import type { I${manifest.kind} as T${i} } from "${moduleOf(manifest)}";\n` +
        `export const m${i}: T${i} = ${JSON.stringify(manifest)};`,
    );
    writeFileSync(join(folder, "manifests.ts"), source.join("\n"));
    execFileSync(
      join(here, "node_modules", ".bin", "tsc"),
      [
        ...["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--moduleResolution", "nodenext"],
        join(folder, "manifests.ts"),
      ],
      { encoding: "utf8", stdio: "pipe" },
    );
    return [];
  } catch (error) {
    if (typeof error.stdout !== "string") throw error;
    const line = /\((\d+),\d+\)/.exec(error.stdout);
    return [`${line ? nameOf(manifests[Math.floor((line[1] - 1) / 2)]) : "tsc"}: ${error.stdout.trim()}`];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function ofOurOwn(manifests) {
  const found = [];
  const of = (kind) => manifests.filter((manifest) => manifest.kind === kind);
  const names = (kind) => of(kind).map((manifest) => manifest.metadata.name);
  const definitions = JSON.parse(readFileSync(join(repository, "deploy", "rabbitmq", "definitions.json"), "utf8"));
  const queues = (definitions.queues ?? []).map((queue) => queue.name);
  const expect = (holds, manifest, sentence) => holds || found.push(`${nameOf(manifest)} ${sentence}`);
  for (const deployment of of("Deployment")) {
    const name = deployment.metadata.name;
    const { spec } = deployment.spec.template;
    const [container] = spec.containers;
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) expect(container[probe], deployment, `has no ${probe}`);
    expect(container.livenessProbe?.httpGet.path === "/health/live", deployment, "would be restarted when its servers are away");
    expect(container.resources?.requests?.cpu && container.resources.limits?.memory, deployment, "requests no CPU, or may use all memory");
    expect(
      container.securityContext?.readOnlyRootFilesystem && spec.securityContext?.runAsNonRoot,
      deployment,
      "can write to its file system, or runs as root",
    );
    expect(container.env.every((entry) => !/password/i.test(entry.name)), deployment, "has a password among its environment variables");
    expect(spec.terminationGracePeriodSeconds > 30, deployment, "would be killed before it has drained");
    expect(names("PodDisruptionBudget").includes(name), deployment, "has no disruption budget");
    expect(names("ScaledObject").includes(name), deployment, "is not scaled");
  }
  for (const scaled of of("ScaledObject")) {
    expect(names("Deployment").includes(scaled.spec.scaleTargetRef.name), scaled, "scales nothing");
    for (const trigger of scaled.spec.triggers) {
      expect(
        queues.includes(trigger.metadata.queueName),
        scaled,
        `looks at the queue ${trigger.metadata.queueName}, which deploy/rabbitmq/definitions.json does not have`,
      );
      expect(names("TriggerAuthentication").includes(trigger.authenticationRef.name), scaled, "has no user for the broker");
    }
  }
  return found;
}
