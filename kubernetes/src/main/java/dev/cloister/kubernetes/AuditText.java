package dev.cloister.kubernetes;

import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.policy.Capability;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.DnsPolicy;
import dev.cloister.policy.FileContent;
import dev.cloister.policy.MountPolicy;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PodSettings;
import dev.cloister.policy.Role;
import dev.cloister.policy.Template;
import dev.cloister.policy.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Writes the text form of an {@link AuditReport}. */
final class AuditText {

  private static final int LABEL = 11;

  private final GeneratedWorkload workload;
  private final PodPolicy policy;
  private final List<SourceFile> inputs;
  private final HostPowers powers;
  private final StringBuilder out = new StringBuilder();

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
    secrets();
    openPoints();
    return out.toString();
  }

  String text() {
    firstPage();
    perContainer();
    podSettings();
    notInPolicy();
    return out.toString();
  }

  private void head() {
    out.append("POD POLICY REPORT   schema ")
        .append(PodPolicy.SCHEMA)
        .append("   composition ")
        .append(PodPolicy.COMPOSITION)
        .append("\n\n");
    line("Workload", workload.shown() + " in namespace " + workload.namespace());
    line("Pods", policy.pod().name().shown());
    line("Initdata", "sha256:" + workload.initdata().digest().toHex());
    line("", "(the evidence of the pod's VM holds it as host data)");
    line("Deployment", workload.initdata().deployment().pin().toString());
    for (int i = 0; i < inputs.size(); i++) {
      SourceFile input = inputs.get(i);
      line(
          i == 0 ? "Made from" : "", input.name() + "  sha256:" + input.content().sha256().toHex());
    }
    line("To decide", decisions());
  }

  private String decisions() {
    Map<String, Integer> counts = new TreeMap<>();
    workload.warnings().forEach(warning -> counts.merge(warning.code().code(), 1, Integer::sum));
    List<String> parts = new ArrayList<>();
    counts.forEach((code, count) -> parts.add(count + " " + code));
    return parts.isEmpty()
        ? "nothing"
        : counted(workload.warnings().size(), "open point") + ": " + String.join(", ", parts);
  }

  private void runs() {
    int count = policy.containers().size();
    section("1 RUNS", counted(count, "container") + "; nothing else can be started");
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
    line("order", String.join(" -> ", before));
    for (ContainerPolicy container : policy.containers()) {
      container(container);
    }
  }

  private void container(ContainerPolicy container) {
    line(container.name(), container.image().reference());
    List<String> argv = new ArrayList<>();
    container.argv().forEach(argument -> argv.add(argument.toString()));
    line("", words(argv));
    line(
        "",
        "cwd "
            + container.cwd()
            + "   uid "
            + container.user().ids().uid()
            + " gid "
            + container.user().ids().gid()
            + " groups "
            + numbers(container.user().ids().groups()));
    line(
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
    section("2 THE HOST CAN", "");
    lines("see", powers.see());
    lines("choose", powers.choose());
    lines("supply", powers.supply());
    lines("reach", powers.reach());
    lines("run", powers.run());
    lines("write", powers.write());
    lines("resize", powers.resize());
    lines("stop", powers.stop());
    line("cannot", cannot());
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

  private void secrets() {
    section("3 SECRETS", "none; this policy and everything in it is public");
  }

  private void openPoints() {
    section("4 OPEN POINTS", Integer.toString(workload.warnings().size()));
    for (Warning warning : workload.warnings()) {
      line(warning.code().code(), 18, warning.text());
      line("", 18, warning.at() + " " + warning.path());
    }
    line("LIMIT", 18, "a policy cannot know whether another pod has the same name or identity");
  }

  private void perContainer() {
    section("5 PER CONTAINER", "");
    for (ContainerPolicy container : policy.containers()) {
      out.append("  ").append(container.name()).append(" (").append(role(container)).append(")\n");
      details(container);
    }
  }

  private static String role(ContainerPolicy container) {
    return container.role() == Role.SIDECAR && container.required()
        ? "sidecar; the apps are stopped when it ends"
        : container.role().word();
  }

  private void details(ContainerPolicy container) {
    line("  image", container.image().manifestDigest());
    line(
        "",
        "verity root "
            + container.image().verityRoot()
            + ", "
            + container.image().dataBlocks()
            + " blocks, conversion "
            + container.image().conversion());
    line("  user", "named " + words(List.of(container.user().from().name())));
    lines("  env", environment(container));
    lines("  mounts", mounts(container));
    line(
        "  signals",
        words(container.signals().stream().map(Object::toString).toList())
            + "; stops with "
            + container.stopSignal());
    line("  restart", container.restart().word());
    line(
        "  output",
        "stdout: "
            + container.logs().stdout().word()
            + ", stderr: "
            + container.logs().stderr().word()
            + ", last message: "
            + container.terminationMessage().release().word());
    line("  terminal", (container.tty() ? "yes" : "no") + ", stdin: " + container.stdin().word());
    line("  processes", container.resources().pids() + " at most");
  }

  private List<String> environment(ContainerPolicy container) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Template> variable : container.env().entrySet()) {
      lines.add(
          variable.getKey()
              + "="
              + words(List.of(variable.getValue().toString()))
              + "   ("
              + origin(workload, container, variable.getKey())
              + ")");
    }
    return lines;
  }

  /** Where a variable comes from. */
  static String origin(GeneratedWorkload workload, ContainerPolicy container, String name) {
    return workload
        .variables()
        .getOrDefault(container.name(), Map.of())
        .getOrDefault(name, "unknown");
  }

  private static List<String> mounts(ContainerPolicy container) {
    List<String> lines = new ArrayList<>();
    for (MountPolicy mount : container.mounts()) {
      lines.add(
          mount.at()
              + " from volume "
              + mount.volume()
              + (mount.subPath().isEmpty() ? "" : ", " + mount.subPath() + " in it")
              + (mount.readOnly() ? ", read-only" : ", writable"));
    }
    return lines;
  }

  private void podSettings() {
    PodSettings pod = policy.pod();
    section("6 POD", "");
    line("hostname", pod.hostname().toString());
    line("subdomain", pod.subdomain().isEmpty() ? "none" : pod.subdomain());
    DnsPolicy dns = pod.dns();
    line(
        "dns",
        dns.mode().word()
            + (dns.servers().isEmpty() ? "" : "; servers " + dns.servers())
            + (dns.searches().isEmpty() ? "" : "; searches " + dns.searches())
            + (dns.options().isEmpty() ? "" : "; options " + dns.options()));
    lines(
        "hosts",
        pod.hostAliases().stream()
            .map(alias -> alias.ip() + " " + String.join(" ", alias.names()))
            .toList());
    line("processes", pod.sharePid() ? "all containers see each other's" : "apart");
    lines(
        "sysctls",
        pod.sysctls().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toList());
    line("outbound", pod.network().outbound().word());
    line("account", workload.serviceAccount() + " (no token)");
    for (Volume volume : policy.volumes().values()) {
      volume(volume);
    }
  }

  private void volume(Volume volume) {
    switch (volume) {
      case Volume.Memory memory ->
          line(
              "volume",
              memory.name()
                  + ": empty, in the VM's memory, "
                  + memory.sizeMib()
                  + " MiB, mode "
                  + Integer.toOctalString(memory.mode())
                  + ", group "
                  + memory.gid());
      case Volume.Files files -> {
        line("volume", files.name() + ": " + counted(files.files().size(), "file"));
        files
            .files()
            .forEach((path, file) ->
                line(
                    "",
                    "  "
                        + path
                        + "  mode "
                        + Integer.toOctalString(file.mode())
                        + "  "
                        + content(file.content())));
      }
    }
  }

  private static String content(FileContent content) {
    return switch (content) {
      case FileContent.Pinned pinned -> pinned.size() + " bytes, sha256:" + pinned.sha256().toHex();
      case FileContent.Opaque opaque -> "the host decides, at most " + opaque.maxBytes() + " bytes";
      case FileContent.Composed composed ->
          "written in the VM: " + words(List.of(composed.text().toString()));
    };
  }

  private void notInPolicy() {
    section(
        "7 NOT PART OF THE POLICY",
        counted(workload.ignored().size(), "field") + " of the YAML that the host is free in");
    for (IgnoredField field : workload.ignored()) {
      out.append("  ").append(field.path()).append("   ").append(field.at()).append('\n');
    }
  }

  private void section(String title, String remark) {
    out.append('\n').append(title).append(remark.isEmpty() ? "" : "   " + remark).append('\n');
  }

  private void lines(String label, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      line(i == 0 ? label : "", texts.get(i));
    }
  }

  private void line(String label, String text) {
    line(label, LABEL, text);
  }

  private void line(String label, int width, String text) {
    out.append("  ").append(label).append(" ".repeat(Math.max(1, width - label.length())));
    out.append(text).append('\n');
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private static String numbers(List<Long> numbers) {
    List<String> texts = new ArrayList<>();
    numbers.forEach(number -> texts.add(Long.toString(number)));
    return String.join(",", texts);
  }

  /** Arguments so that each can be told from the next: quoted where they are not plain words. */
  static String words(List<String> arguments) {
    List<String> shown = new ArrayList<>();
    for (String argument : arguments) {
      shown.add(
          isPlainWord(argument) ? argument : harmless(JsonWriter.canonical(Json.of(argument))));
    }
    return String.join(" ", shown);
  }

  /** Characters that would move a terminal's cursor or turn its text around, as escapes. */
  private static String harmless(String json) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      int type = Character.getType(c);
      boolean hidden =
          type == Character.CONTROL
              || type == Character.FORMAT
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR;
      out.append(hidden ? String.format(Locale.ROOT, "\\u%04x", (int) c) : c);
    }
    return out.toString();
  }

  private static boolean isPlainWord(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!letter && "-_./:=,+@%${}".indexOf(c) < 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
