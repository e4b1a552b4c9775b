package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.DnsMode;
import dev.cloister.policy.DnsPolicy;
import dev.cloister.policy.HostAlias;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.InitRerun;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.NetworkPolicy;
import dev.cloister.policy.Outbound;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.PodSettings;
import dev.cloister.policy.ServiceLinks;
import dev.cloister.policy.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Derives the policy of a pod template. */
final class PodReader {

  /** Sysctls that Kubernetes calls safe (tasks, "Using sysctls in a Kubernetes cluster"). */
  private static final Set<String> SAFE_SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start",
          "net.ipv4.ip_local_reserved_ports",
          "net.ipv4.tcp_keepalive_time",
          "net.ipv4.tcp_fin_timeout",
          "net.ipv4.tcp_keepalive_intvl",
          "net.ipv4.tcp_keepalive_probes",
          "net.ipv4.tcp_rmem",
          "net.ipv4.tcp_wmem");

  private final PodTemplate template;
  private final ObjectReader spec;
  private final ResolvedImages images;
  private final ConfigMaps configMaps;

  PodReader(PodTemplate template, ResolvedImages images, Inventory inventory) {
    this.template = template;
    this.spec = template.spec();
    this.images = images;
    this.configMaps = new ConfigMaps(inventory, template.namespace());
  }

  /** The policy, and what else came out of the derivation. */
  DerivedPod read() {
    List<ObjectReader> inits = spec.objects("initContainers", "Container");
    List<ObjectReader> apps = spec.objects("containers", "Container");
    if (apps.isEmpty()) {
      throw new CloisterException(
          KubernetesError.MISSING_FIELD, spec.where("containers"), "at least one is needed");
    }
    Map<String, ContainerResources> resources = resources(inits, apps);
    Optional<ObjectReader> context = spec.object("securityContext", "PodSecurityContext");
    SecurityReader.PodSecurity security = SecurityReader.PodSecurity.read(context);
    String account = serviceAccount();
    VolumeReader volumes =
        new VolumeReader(
                new DownwardFields(template, account, resources, ""),
                configMaps,
                security.fsGroup())
            .read(spec);
    Annotations annotations = new Annotations(template);
    Membership membership = new MembershipReader(template, annotations).read();
    List<InboundPort> inbound =
        new InboundReader(template, annotations.lines(), membership.join()).read();
    Wishes wishes = new WishReader(template, annotations.lines(), membership.join()).read();
    Map<String, LogPolicy> logs = annotations.logs(List.copyOf(resources.keySet()));
    PodSettings settings = settings(membership, inbound, context);
    PodContext shared =
        new PodContext(
            template,
            images,
            configMaps,
            account,
            security,
            resources,
            new TreeMap<>(volumes.volumes()),
            membership,
            inbound,
            logs,
            restartPolicy());
    return containers(shared, settings, volumes, wishes, inits, apps);
  }

  private DerivedPod containers(
      PodContext shared,
      PodSettings settings,
      VolumeReader volumes,
      Wishes wishes,
      List<ObjectReader> inits,
      List<ObjectReader> apps) {
    List<ContainerPolicy> policies = new ArrayList<>();
    Map<String, Map<String, String>> origins = new LinkedHashMap<>();
    List<DerivedPod.ImageUse> uses = new ArrayList<>();
    TreeSet<Integer> declared = new TreeSet<>();
    Map<String, Integer> named = new TreeMap<>();
    for (int i = 0; i < inits.size() + apps.size(); i++) {
      boolean init = i < inits.size();
      ObjectReader reader = init ? inits.get(i) : apps.get(i - inits.size());
      ContainerReader container = new ContainerReader(reader, shared, init);
      ContainerPolicy policy = container.read();
      policies.add(policy);
      origins.put(policy.name(), container.origins());
      declared.addAll(container.tcpPorts());
      container.namedPorts().forEach(named::putIfAbsent);
      container
          .imageNode()
          .ifPresent(node -> uses.add(new DerivedPod.ImageUse(node, container.pinnedReference())));
    }
    PodPolicy policy =
        spec.checked(
            "containers", () -> new PodPolicy(settings, shared.volumes(), policies, List.of()));
    return new DerivedPod(
        policy,
        shared.membership(),
        new Ports(Ports.inbound(shared.inbound(), declared, shared.membership().join()), named),
        wishes,
        volumes.contents(),
        origins,
        uses,
        shared.serviceAccount(),
        runtimeClass());
  }

  private Map<String, ContainerResources> resources(
      List<ObjectReader> inits, List<ObjectReader> apps) {
    Map<String, ContainerResources> resources = new LinkedHashMap<>();
    List<ObjectReader> all = new ArrayList<>(inits);
    all.addAll(apps);
    for (ObjectReader container : all) {
      String name = container.text("name");
      ContainerResources read = ContainerResources.read(container);
      if (resources.put(name, read) != null) {
        throw new CloisterException(
            KubernetesError.DUPLICATE, container.where("name"), "another container has this name");
      }
      if (read.limit("memory").isEmpty()) {
        container.warn(
            WarningCode.MEMORY,
            "resources",
            name + " has no memory limit and may use all memory of the VM");
      }
    }
    return resources;
  }

  private String serviceAccount() {
    String name = spec.textOr("serviceAccountName", "");
    String older = spec.textOr("serviceAccount", "");
    if (!older.isEmpty() && !name.isEmpty() && !older.equals(name)) {
      throw spec.bad("serviceAccount", "is not the same as serviceAccountName");
    }
    Optional<Boolean> mount = spec.optionalBool("automountServiceAccountToken");
    if (mount.orElse(true)) {
      spec.warn(
          WarningCode.SERVICE_ACCOUNT,
          "automountServiceAccountToken",
          (mount.isPresent() ? "is true" : "is not set")
              + ", but the pod gets no token, since the host makes tokens and could act with them;"
              + " set it to false");
    }
    String either = name.isEmpty() ? older : name;
    return either.isEmpty() ? "default" : either;
  }

  private String restartPolicy() {
    String policy = spec.textOr("restartPolicy", "Always");
    boolean job =
        template.kind() == ControllerKind.JOB || template.kind() == ControllerKind.CRON_JOB;
    List<String> allowed =
        switch (template.kind()) {
          case POD -> List.of("Always", "OnFailure", "Never");
          case JOB, CRON_JOB -> List.of("OnFailure", "Never");
          case DEPLOYMENT, REPLICA_SET, REPLICATION_CONTROLLER, STATEFUL_SET, DAEMON_SET ->
              List.of("Always");
        };
    if (!allowed.contains(policy)) {
      throw spec.bad(
          "restartPolicy",
          "must be "
              + String.join(" or ", allowed)
              + " in a "
              + template.kind().kind()
              + (job ? "" : ", is " + Words.quoted(policy)));
    }
    return policy;
  }

  /** The class that the pod names; another than ours would run it unprotected. */
  private boolean runtimeClass() {
    Optional<String> name = spec.optionalText("runtimeClassName");
    if (name.isPresent() && !name.get().equals(Generator.RUNTIME_CLASS)) {
      throw new CloisterException(
          KubernetesError.REFUSED_FIELD,
          spec.where("runtimeClassName"),
          Words.quoted(name.get())
              + " would run the pod outside Cloister; remove it, or write "
              + Generator.RUNTIME_CLASS);
    }
    return name.isPresent();
  }

  private PodSettings settings(
      Membership membership, List<InboundPort> inbound, Optional<ObjectReader> context) {
    requireLinux();
    if (spec.optionalBool("enableServiceLinks").orElse(true)) {
      spec.warn(
          WarningCode.SERVICE_LINKS,
          "enableServiceLinks",
          "is not false, but the pod gets no variables of Services, since the host makes them;"
              + " set it to false and use names");
    }
    Template hostname =
        spec.optionalText("hostname")
            .map(name -> spec.checked("hostname", () -> Template.of(name)))
            .orElse(PodSettings.HOSTNAME_FROM_POD);
    List<HostAlias> aliases = aliases();
    DnsPolicy dns = dns();
    Map<String, String> sysctls = sysctls(context);
    boolean sharePid = spec.isTrue("shareProcessNamespace");
    boolean fqdn = spec.isTrue("setHostnameAsFQDN");
    String subdomain = spec.textOr("subdomain", "");
    // What a pod that joins opens is the manifest's to say, so that it is closed until then.
    List<InboundPort> plain = membership.join() ? List.of() : inbound;
    return spec.checked(
        spec.has("hostname") ? "hostname" : "subdomain",
        () ->
            new PodSettings(
                template.names(),
                template.namespace(),
                hostname,
                subdomain,
                fqdn && !subdomain.isEmpty(),
                aliases,
                dns,
                sharePid,
                sysctls,
                new NetworkPolicy(plain, Outbound.NONE),
                ServiceLinks.CLOSED,
                InitRerun.NEVER,
                membership.role(),
                membership.join()));
  }

  private void requireLinux() {
    spec.object("os", "PodOS")
        .ifPresent(os -> {
          if (!os.text("name").equals("linux")) {
            throw new CloisterException(
                KubernetesError.REFUSED_FIELD, os.where("name"), "the guest is linux");
          }
        });
  }

  private List<HostAlias> aliases() {
    List<HostAlias> aliases = new ArrayList<>();
    for (ObjectReader alias : spec.objects("hostAliases", "HostAlias")) {
      IpAddress ip = alias.checked("ip", () -> IpAddress.parse(alias.text("ip")));
      List<String> names = alias.texts("hostnames");
      aliases.add(alias.checked("hostnames", () -> new HostAlias(ip, names)));
    }
    return aliases;
  }

  private DnsPolicy dns() {
    String policy = spec.textOr("dnsPolicy", "ClusterFirst");
    DnsMode mode =
        switch (policy) {
          case "ClusterFirst", "ClusterFirstWithHostNet" -> DnsMode.CLUSTER_FIRST;
          case "Default" -> DnsMode.DEFAULT;
          case "None" -> DnsMode.NONE;
          default ->
              throw spec.bad(
                  "dnsPolicy", "must be ClusterFirst, ClusterFirstWithHostNet, Default or None");
        };
    if (mode == DnsMode.DEFAULT) {
      spec.warn(WarningCode.DNS, "dnsPolicy", "name servers and search domains are the node's");
    }
    Optional<ObjectReader> config = spec.object("dnsConfig", "PodDNSConfig");
    if (config.isEmpty()) {
      return spec.checked("dnsPolicy", () -> new DnsPolicy(mode, List.of(), List.of(), List.of()));
    }
    return dns(config.get(), mode);
  }

  private static DnsPolicy dns(ObjectReader config, DnsMode mode) {
    List<IpAddress> servers = new ArrayList<>();
    for (String server : config.texts("nameservers")) {
      servers.add(config.checked("nameservers", () -> IpAddress.parse(server)));
    }
    List<String> options = new ArrayList<>();
    for (ObjectReader option : config.objects("options", "DNSOption")) {
      String value = option.textOr("value", "");
      options.add(option.text("name") + (value.isEmpty() ? "" : ":" + value));
    }
    List<String> searches = config.texts("searches");
    return config.checked("nameservers", () -> new DnsPolicy(mode, servers, searches, options));
  }

  private static Map<String, String> sysctls(Optional<ObjectReader> context) {
    Map<String, String> sysctls = new TreeMap<>();
    if (context.isEmpty()) {
      return sysctls;
    }
    for (ObjectReader sysctl : context.get().objects("sysctls", "Sysctl")) {
      String name = sysctl.text("name").replace('/', '.');
      if (!SAFE_SYSCTLS.contains(name)) {
        throw new CloisterException(
            KubernetesError.REFUSED_FIELD,
            sysctl.where("name"),
            Words.quoted(name)
                + " is not one of the sysctls that Kubernetes calls safe; remove it");
      }
      if (sysctls.put(name, sysctl.textOr("value", "")) != null) {
        throw new CloisterException(
            KubernetesError.DUPLICATE, sysctl.where("name"), "the sysctl is set twice");
      }
    }
    return sysctls;
  }
}
