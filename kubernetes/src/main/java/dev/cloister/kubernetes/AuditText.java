package dev.cloister.kubernetes;

import dev.cloister.policy.Capability;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.PodPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Writes the text form of an {@link AuditReport}. */
final class AuditText {

  private final GeneratedWorkload workload;
  private final PodPolicy policy;
  private final List<SourceFile> inputs;
  private final HostPowers powers;
  private final ReportPage page = new ReportPage();

  AuditText(GeneratedWorkload workload, List<SourceFile> inputs, HostPowers powers) {
    this.workload = workload;
    this.policy = workload.policy();
    this.inputs = inputs;
    this.powers = powers;
  }

  String firstPage() {
    head();
    runs();
    hostCan();
    connections();
    secrets();
    openPoints();
    return page.toString();
  }

  String text() {
    firstPage();
    new AuditDetails(workload, page).write();
    return page.toString();
  }

  private void head() {
    page.plain(
        "POD POLICY REPORT   schema "
            + PodPolicy.SCHEMA
            + "   composition "
            + PodPolicy.COMPOSITION
            + "\n");
    page.line("Workload", workload.shown() + " in namespace " + workload.namespace());
    page.line("Pods", policy.pod().name().shown());
    page.line("Takes part", takesPart());
    page.line("Initdata", "sha256:" + workload.initdata().digest().toHex());
    page.line("", "(the evidence of the pod's VM holds it as host data)");
    page.line("Deployment", workload.initdata().deployment().pin().toString());
    for (int i = 0; i < inputs.size(); i++) {
      SourceFile input = inputs.get(i);
      page.line(
          i == 0 ? "Made from" : "", input.name() + "  sha256:" + input.content().sha256().toHex());
    }
    page.line("To decide", decisions());
  }

  private String takesPart() {
    Membership membership = workload.membership();
    return switch (membership.role()) {
      case COORDINATOR -> "as the Coordinator of the deployment";
      case WORKLOAD ->
          membership.join()
              ? "once the Coordinator accepts it"
                  + (membership.sans().isEmpty()
                      ? ""
                      : ", also as " + String.join(", ", membership.sans()))
              : "not: it starts without the Coordinator";
    };
  }

  private String decisions() {
    Map<String, Integer> counts = new TreeMap<>();
    workload.warnings().forEach(warning -> counts.merge(warning.code().code(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((code, count) -> parts.add(count + " " + code));
    return parts.isEmpty()
        ? "nothing"
        : ReportPage.counted(workload.warnings().size(), "open point")
            + ": "
            + String.join(", ", parts);
  }

  private void runs() {
    int count = policy.containers().size();
    page.section(
        "1 RUNS", ReportPage.counted(count, "container") + "; nothing else can be started");
    List<String> before = new ArrayList<>();
    List<String> apps = new ArrayList<>();
    for (ContainerPolicy container : policy.containers()) {
      switch (container.role()) {
        case INIT -> before.add(container.name() + " (init)");
        case SIDECAR -> before.add(container.name() + " (sidecar, must stay alive)");
        case APP -> apps.add(container.name() + " (app)");
      }
    }
    before.add(String.join(" and ", apps));
    page.line("order", String.join(" -> ", before));
    for (ContainerPolicy container : policy.containers()) {
      container(container);
    }
  }

  private void container(ContainerPolicy container) {
    page.line(container.name(), container.image().reference());
    List<String> argv = new ArrayList<>();
    container.argv().forEach(argument -> argv.add(argument.toString()));
    page.line("", ReportPage.words(argv));
    page.line(
        "",
        "cwd "
            + container.cwd()
            + "   uid "
            + container.user().ids().uid()
            + " gid "
            + container.user().ids().gid()
            + " groups "
            + ReportPage.numbers(container.user().ids().groups()));
    page.line(
        "",
        "capabilities: "
            + capabilities(container)
            + "   new privileges: "
            + (container.noNewPrivileges() ? "no" : "possible")
            + "   root: "
            + (container.rootfs().readOnly()
                ? "read-only"
                : "writable, " + container.rootfs().upperMib() + " MiB")
            + "   seccomp: "
            + container.seccomp().word());
  }

  private static String capabilities(ContainerPolicy container) {
    if (container.capabilities().isEmpty()) {
      return "none";
    }
    if (container.capabilities().equals(Capability.DEFAULT)) {
      return "the usual " + Capability.DEFAULT.size();
    }
    List<String> names = new ArrayList<>();
    container.capabilities().forEach(capability -> names.add(capability.word()));
    return String.join(" ", names);
  }

  private void hostCan() {
    page.section("2 THE HOST CAN", "");
    page.lines("see", powers.see());
    page.lines("choose", powers.choose());
    page.lines("supply", powers.supply());
    page.lines("reach", powers.reach());
    page.lines("run", powers.run());
    page.lines("write", powers.write());
    page.lines("resize", powers.resize());
    page.lines("stop", powers.stop());
    page.line("cannot", cannot());
  }

  /** What is closed, as far as it really is. */
  private String cannot() {
    List<String> closed = new ArrayList<>();
    closed.add("change images, arguments, variables, users or mounts");
    closed.add("leave out or reorder containers");
    if (powers.run().isEmpty()) {
      closed.add("run any other command");
    } else {
      closed.add("run any command but those above");
    }
    if (powers.see().size() == 1) {
      closed.add("read logs");
    }
    if (powers.write().isEmpty()) {
      closed.add("write to a container's input");
    }
    closed.add("copy files in or out");
    closed.add("attach a debugger");
    if (powers.reach().isEmpty()) {
      closed.add("let anyone connect to the pod");
    }
    return String.join("; ", closed);
  }

  private void connections() {
    List<String> lines = ConnectionLines.of(workload);
    page.section(
        "3 CONNECTIONS", lines.isEmpty() ? "none" : "as the manifest lists them; no others");
    page.lines("", lines);
  }

  private void secrets() {
    String secret = workload.membership().secret();
    page.section(
        "4 SECRETS",
        (secret.isEmpty() ? "none" : "one, " + secret + ", from the Coordinator")
            + "; this policy and everything in it is public");
  }

  private void openPoints() {
    page.section("5 OPEN POINTS", Integer.toString(workload.warnings().size()));
    for (Warning warning : workload.warnings()) {
      page.line(warning.code().code(), 18, warning.text());
      page.line("", 18, warning.at() + " " + warning.path());
    }
    page.line(
        "LIMIT", 18, "a policy cannot know whether another pod has the same name or identity");
  }
}
