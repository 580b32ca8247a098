import assert from "node:assert/strict";
import { test } from "node:test";
import { problems, render } from "./check.mjs";

const manifests = render();

test("Kubernetes and KEDA understand the manifests", async () => assert.deepEqual(await problems(manifests), []));

const broken = {
  "A misspelt field is found": (deployment) => (deployment.spec.template.spec.containers[0].readinesProbe = {}),
  "A value of another type is found": (deployment) => (deployment.spec.template.spec.terminationGracePeriodSeconds = "soon"),
  "A missing field is found": (deployment) => delete deployment.spec.selector,
  "A host without a probe is found": (deployment) => delete deployment.spec.template.spec.containers[0].readinessProbe,
  "A host that would be restarted for an outage is found": (deployment) =>
    (deployment.spec.template.spec.containers[0].livenessProbe.httpGet.path = "/health/ready"),
};

for (const [name, breakIt] of Object.entries(broken)) {
  test(name, async () => {
    const copy = structuredClone(manifests);
    breakIt(copy.find((manifest) => manifest.kind === "Deployment"));
    assert.match((await problems(copy)).join("\n"), /Deployment inventory/);
  });
}
