package dev.cloister.node;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PodRole;

/**
 * What a pod is to its deployment, as its initdata says.
 *
 * @param pin the deployment's, in hexadecimal; empty where the initdata cannot be read
 * @param coordinator whether the pod is a Coordinator
 * @param joins whether it joins one
 */
record Membership(String pin, boolean coordinator, boolean joins) {

  static Membership of(PodOrder order) {
    try {
      Initdata initdata = Initdata.parse(order.initdata());
      PodPolicy policy = PodPolicy.parse(initdata.policy());
      return new Membership(
          initdata.deployment().pin().toString(),
          policy.pod().role() == PodRole.COORDINATOR,
          policy.pod().join());
    } catch (CloisterException _) {
      // A record that could not be read: such a pod does not run.
      return new Membership("", false, false);
    }
  }
}
