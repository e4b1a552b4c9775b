package dev.cloister.kubernetes;

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
import java.util.Map;

/** Writes what follows the first page of an {@link AuditReport}. */
final class AuditDetails {

  private final GeneratedWorkload workload;
  private final PodPolicy policy;
  private final ReportPage page;

  AuditDetails(GeneratedWorkload workload, ReportPage page) {
    this.workload = workload;
    this.policy = workload.policy();
    this.page = page;
  }

  void write() {
    perContainer();
    podSettings();
    notInPolicy();
  }

  private void perContainer() {
    page.section("6 PER CONTAINER", "");
    for (ContainerPolicy container : policy.containers()) {
      page.plain("  " + container.name() + " (" + role(container) + ")");
      details(container);
    }
  }

  private static String role(ContainerPolicy container) {
    return container.role() == Role.SIDECAR && container.required()
        ? "sidecar; the apps are stopped when it ends"
        : container.role().word();
  }

  private void details(ContainerPolicy container) {
    page.line("  image", container.image().manifestDigest());
    page.line(
        "",
        "verity root "
            + container.image().verityRoot()
            + ", "
            + container.image().dataBlocks()
            + " blocks, conversion "
            + container.image().conversion());
    page.line("  user", "named " + ReportPage.words(List.of(container.user().from().name())));
    page.lines("  env", environment(container));
    page.lines("  mounts", mounts(container));
    page.line(
        "  signals",
        ReportPage.words(container.signals().stream().map(Object::toString).toList())
            + "; stops with "
            + container.stopSignal());
    page.line("  restart", container.restart().word());
    page.line(
        "  output",
        "stdout: "
            + container.logs().stdout().word()
            + ", stderr: "
            + container.logs().stderr().word()
            + ", last message: "
            + container.terminationMessage().release().word());
    page.line(
        "  terminal", (container.tty() ? "yes" : "no") + ", stdin: " + container.stdin().word());
    page.line("  processes", container.resources().pids() + " at most");
  }

  private List<String> environment(ContainerPolicy container) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Template> variable : container.env().entrySet()) {
      lines.add(
          variable.getKey()
              + "="
              + ReportPage.words(List.of(variable.getValue().toString()))
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
    page.section("7 POD", "");
    page.line("hostname", pod.hostname().toString());
    page.line("subdomain", pod.subdomain().isEmpty() ? "none" : pod.subdomain());
    DnsPolicy dns = pod.dns();
    page.line(
        "dns",
        dns.mode().word()
            + (dns.servers().isEmpty() ? "" : "; servers " + dns.servers())
            + (dns.searches().isEmpty() ? "" : "; searches " + dns.searches())
            + (dns.options().isEmpty() ? "" : "; options " + dns.options()));
    page.lines(
        "hosts",
        pod.hostAliases().stream()
            .map(alias -> alias.ip() + " " + String.join(" ", alias.names()))
            .toList());
    page.line("processes", pod.sharePid() ? "all containers see each other's" : "apart");
    page.lines(
        "sysctls",
        pod.sysctls().entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toList());
    page.line("outbound", pod.network().outbound().word());
    page.line("account", workload.serviceAccount() + " (no token)");
    for (Volume volume : policy.volumes().values()) {
      volume(volume);
    }
  }

  private void volume(Volume volume) {
    switch (volume) {
      case Volume.Memory memory ->
          page.line(
              "volume",
              memory.name()
                  + ": empty, in the VM's memory, "
                  + memory.sizeMib()
                  + " MiB, mode "
                  + Integer.toOctalString(memory.mode())
                  + ", group "
                  + memory.gid());
      case Volume.Files files -> {
        page.line("volume", files.name() + ": " + ReportPage.counted(files.files().size(), "file"));
        files
            .files()
            .forEach((path, file) ->
                page.line(
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
          "written in the VM: " + ReportPage.words(List.of(composed.text().toString()));
    };
  }

  private void notInPolicy() {
    page.section(
        "8 NOT PART OF THE POLICY",
        ReportPage.counted(workload.ignored().size(), "field")
            + " of the YAML that the host is free in");
    for (IgnoredField field : workload.ignored()) {
      page.plain("  " + field.path() + "   " + field.at());
    }
  }
}
