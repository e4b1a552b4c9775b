package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads the settings of the pod and its volumes. */
final class PodReader {

  private PodReader() {}

  static PodSettings pod(JsonFields fields) {
    PodSettings pod =
        new PodSettings(
            name(fields.object("name")),
            fields.string("namespace"),
            Template.read(fields.any("hostname"), "pod.hostname"),
            fields.string("subdomain"),
            fields.bool("hostnameAsFqdn"),
            hostAliases(fields),
            dns(fields.object("dns")),
            fields.bool("sharePid"),
            sysctls(fields),
            network(fields.object("network")),
            serviceLinks(fields.object("serviceLinks")),
            PolicyReader.word(fields, "initRerun", InitRerun.values()),
            PolicyReader.word(fields, "role", PodRole.values()),
            fields.bool("join"));
    fields.end();
    return pod;
  }

  private static NamePattern name(JsonFields fields) {
    String kind = fields.string("kind");
    NamePattern pattern =
        switch (kind) {
          case "exact" -> new NamePattern.Exact(fields.string("name"));
          case "generated" -> new NamePattern.Generated(fields.string("base"));
          case "deployment" -> new NamePattern.Deployment(fields.string("base"));
          case "ordinal" ->
              new NamePattern.Ordinal(
                  fields.string("base"),
                  PolicyReader.integer(fields, "first", 0, Integer.MAX_VALUE),
                  PolicyReader.integer(fields, "last", 0, Integer.MAX_VALUE));
          case "indexedJob" ->
              new NamePattern.IndexedJob(
                  fields.string("base"),
                  PolicyReader.integer(fields, "completions", 1, Integer.MAX_VALUE));
          case "cronJob" -> new NamePattern.CronJob(fields.string("base"));
          default -> throw unknownKind(fields, kind);
        };
    fields.end();
    return pattern;
  }

  private static CloisterException unknownKind(JsonFields fields, String kind) {
    return new CloisterException(
        PolicyError.VALUE, fields.path("kind"), "unknown kind " + Grammar.shown(kind));
  }

  private static List<HostAlias> hostAliases(JsonFields fields) {
    List<HostAlias> aliases = new ArrayList<>();
    List<Json> elements = PolicyReader.elements(fields.any("hostAliases"), "pod.hostAliases", 64);
    for (int i = 0; i < elements.size(); i++) {
      String path = "pod.hostAliases[" + i + "]";
      JsonFields alias = JsonFields.of(elements.get(i), path);
      IpAddress ip = address(alias.string("ip"), path + ".ip");
      aliases.add(new HostAlias(ip, PolicyReader.strings(alias, "names", 64)));
      alias.end();
    }
    return aliases;
  }

  /** An address in its one text form: a policy has no two spellings of one meaning. */
  private static IpAddress address(String text, String path) {
    try {
      IpAddress address = IpAddress.parse(text);
      Grammar.require(address.toString().equals(text), path, "the text " + address, text);
      return address;
    } catch (CloisterException e) {
      throw new CloisterException(PolicyError.VALUE, path, e.detail(), e);
    }
  }

  private static DnsPolicy dns(JsonFields fields) {
    List<IpAddress> servers = new ArrayList<>();
    for (String server : PolicyReader.strings(fields, "servers", 3)) {
      servers.add(address(server, "pod.dns.servers"));
    }
    DnsPolicy dns =
        new DnsPolicy(
            PolicyReader.word(fields, "mode", DnsMode.values()),
            servers,
            PolicyReader.strings(fields, "searches", 32),
            PolicyReader.strings(fields, "options", 16));
    fields.end();
    return dns;
  }

  private static Map<String, String> sysctls(JsonFields fields) {
    Map<String, String> sysctls = new TreeMap<>();
    Map<String, Json> members = PolicyReader.members(fields, "sysctls", 32);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = "pod.sysctls[" + member.getKey() + "]";
      sysctls.put(member.getKey(), JsonFields.asString(member.getValue(), path));
    }
    return sysctls;
  }

  private static NetworkPolicy network(JsonFields fields) {
    List<InboundPort> ports = new ArrayList<>();
    List<Json> elements = PolicyReader.elements(fields.any("inbound"), "pod.network.inbound", 64);
    for (int i = 0; i < elements.size(); i++) {
      ports.add(port(JsonFields.of(elements.get(i), "pod.network.inbound[" + i + "]")));
    }
    NetworkPolicy network =
        new NetworkPolicy(ports, PolicyReader.word(fields, "outbound", Outbound.values()));
    if (!isSorted(ports)) {
      throw new CloisterException(
          PolicyError.DUPLICATE, "pod.network.inbound", "the ports are not in their order");
    }
    fields.end();
    return network;
  }

  private static boolean isSorted(List<InboundPort> ports) {
    for (int i = 1; i < ports.size(); i++) {
      if (ports.get(i - 1).compareTo(ports.get(i)) > 0) {
        return false;
      }
    }
    return true;
  }

  private static InboundPort port(JsonFields fields) {
    InboundPort port =
        new InboundPort(
            PolicyReader.integer(fields, "port", 1, 65_535),
            PolicyReader.word(fields, "protocol", Protocol.values()),
            PolicyReader.word(fields, "mode", new InboundMode[] {InboundMode.PLAIN}));
    fields.end();
    return port;
  }

  private static ServiceLinks serviceLinks(JsonFields fields) {
    ServiceLinks links =
        new ServiceLinks(
            PolicyReader.word(fields, "mode", ServiceLinksMode.values()),
            PolicyReader.strings(fields, "services", 64));
    fields.end();
    return links;
  }

  static Volume volume(String name, JsonFields fields) {
    String kind = fields.string("kind");
    Volume volume =
        switch (kind) {
          case "memory" ->
              new Volume.Memory(
                  name,
                  PolicyReader.integer(fields, "sizeMib", 1, 65_536),
                  PolicyReader.integer(fields, "mode", 0, 07777),
                  fields.integer("gid", 0, UserIds.MAX_ID));
          case "files" ->
              new Volume.Files(name, fields.integer("gid", 0, UserIds.MAX_ID), files(fields));
          default -> throw unknownKind(fields, kind);
        };
    fields.end();
    return volume;
  }

  private static Map<String, FileEntry> files(JsonFields fields) {
    Map<String, FileEntry> files = new TreeMap<>();
    Map<String, Json> members = PolicyReader.members(fields, "files", Volume.MAX_FILES);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = fields.path("files") + "[" + member.getKey() + "]";
      JsonFields entry = JsonFields.of(member.getValue(), path);
      int mode = PolicyReader.integer(entry, "mode", 0, 0777);
      files.put(member.getKey(), new FileEntry(mode, content(entry.object("content"))));
      entry.end();
    }
    return files;
  }

  private static FileContent content(JsonFields fields) {
    String kind = fields.string("kind");
    FileContent content =
        switch (kind) {
          case "pinned" ->
              new FileContent.Pinned(
                  fields.hex("sha256", 32),
                  PolicyReader.integer(fields, "size", 0, Volume.MAX_FILE_BYTES));
          case "opaque" ->
              new FileContent.Opaque(
                  PolicyReader.integer(fields, "maxBytes", 1, Volume.MAX_FILE_BYTES));
          case "composed" ->
              new FileContent.Composed(Template.read(fields.any("text"), fields.path("text")));
          default -> throw unknownKind(fields, kind);
        };
    fields.end();
    return content;
  }
}
