package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.Grants;
import dev.cloister.policy.SpeaksAs;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The directories at {@code /run/cloister} of all instances. Safe for any thread. */
final class InPods {

  private final PodIdentity identity;
  private final Membership membership;
  private final Map<String, Open> opened = new HashMap<>();
  private Grants.Endpoint store = Grants.Endpoint.NONE;

  InPods(PodIdentity identity, Membership membership) {
    this.identity = identity;
    this.membership = membership;
  }

  /** Where a Coordinator finds its store. */
  synchronized void store(Grants.Endpoint said) {
    store = said;
  }

  private synchronized Grants.Endpoint store() {
    return store;
  }

  /** One instance's directory, as a holder of credentials. */
  private record Open(InPod inPod) implements Membership.Holder {
    @Override
    public void put(Credentials credentials) {
      inPod.put(credentials);
    }
  }

  /** Makes the directory of an instance. */
  void open(ContainerRun run) {
    ContainerPolicy container = run.policy();
    Bytes document = identity.initdata().document();
    InPodApi api = new InPodApi(container, identity.source(), document, membership);
    Open made = new Open(InPod.open(run.directory(), container, InPod.FileOwner.KERNEL, api));
    synchronized (this) {
      opened.put(run.name(), made);
    }
    made.inPod().put("deployment.json", identity.initdata().deployment().document());
    made.inPod().put("initdata", document);
    Grants.Endpoint known = store();
    if (container.speaksAs() == SpeaksAs.COORDINATOR && !known.isNone()) {
      made.inPod().put("store", Bytes.ofUtf8("http://" + known + "\n"));
    }
    membership.add(made);
  }

  /** Ends the socket of an instance, where it has one. */
  void close(ContainerRun run) {
    Open made = remove(run.name());
    if (made != null) {
      membership.remove(made);
      made.inPod().close();
    }
  }

  private synchronized @Nullable Open remove(String name) {
    return opened.remove(name);
  }
}
