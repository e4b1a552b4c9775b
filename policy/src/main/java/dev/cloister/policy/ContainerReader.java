package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads one container of the policy document. */
final class ContainerReader {

  private ContainerReader() {}

  static ContainerPolicy container(JsonFields fields) {
    ContainerPolicy container =
        new ContainerPolicy(
            fields.string("name"),
            PolicyReader.word(fields, "role", Role.values()),
            fields.bool("required"),
            image(fields.object("image")),
            argv(fields),
            fields.string("cwd"),
            env(fields),
            user(fields.object("user")),
            capabilities(fields),
            fields.bool("noNewPrivileges"),
            PolicyReader.word(fields, "seccomp", SeccompProfile.values()),
            PolicyReader.word(fields, "procMount", ProcMount.values()),
            rootfs(fields.object("rootfs")),
            mounts(fields),
            fields.bool("tty"),
            PolicyReader.word(fields, "stdin", StdinPolicy.values()),
            logs(fields.object("logs")),
            terminationMessage(fields.object("terminationMessage")),
            exec(fields),
            signals(fields),
            signal(fields.string("stopSignal"), "stopSignal"),
            PolicyReader.word(fields, "restart", RestartPolicy.values()),
            resources(fields.object("resources")),
            PolicyReader.word(fields, "speaksAs", SpeaksAs.values()));
    fields.end();
    return container;
  }

  private static ImagePin image(JsonFields fields) {
    ImagePin pin =
        new ImagePin(
            fields.string("reference"),
            fields.string("manifestDigest"),
            fields.string("verityRoot"),
            fields.integer("dataBlocks", 1, 1L << 28),
            PolicyReader.integer(fields, "conversion", 1, 1000));
    fields.end();
    return pin;
  }

  private static List<Template> argv(JsonFields fields) {
    List<Template> argv = new ArrayList<>();
    List<Json> elements =
        PolicyReader.elements(fields.any("argv"), fields.path("argv"), ContainerPolicy.MAX_ARGV);
    for (int i = 0; i < elements.size(); i++) {
      argv.add(Template.read(elements.get(i), fields.path("argv") + "[" + i + "]"));
    }
    return argv;
  }

  private static Map<String, Template> env(JsonFields fields) {
    Map<String, Template> env = new TreeMap<>();
    Map<String, Json> members = PolicyReader.members(fields, "env", ContainerPolicy.MAX_ENV);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = fields.path("env") + "[" + member.getKey() + "]";
      env.put(member.getKey(), Template.read(member.getValue(), path));
    }
    return env;
  }

  private static ContainerUser user(JsonFields fields) {
    JsonFields from = fields.object("from");
    UserRequest request =
        new UserRequest(
            from.string("name"),
            from.string("group"),
            ids(from, "supplementalGroups"),
            from.bool("imageGroups"));
    from.end();
    UserIds ids =
        new UserIds(
            fields.integer("uid", 0, UserIds.MAX_ID),
            fields.integer("gid", 0, UserIds.MAX_ID),
            ids(fields, "groups"));
    fields.end();
    return new ContainerUser(request, ids);
  }

  private static List<Long> ids(JsonFields fields, String name) {
    List<Long> ids = new ArrayList<>();
    String path = fields.path(name);
    List<Json> elements = PolicyReader.elements(fields.any(name), path, UserIds.MAX_GROUPS);
    for (Json element : elements) {
      if (!(element instanceof Json.Num number)) {
        throw JsonFields.wrongType(path, "an array of whole numbers");
      }
      ids.add(number.value());
    }
    return ids;
  }

  private static Set<Capability> capabilities(JsonFields fields) {
    Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
    String path = fields.path("capabilities");
    Capability[] known = Capability.values();
    List<String> words = PolicyReader.strings(fields, "capabilities", known.length);
    Grammar.ascending(words, path);
    for (String word : words) {
      capabilities.add(PolicyReader.word(Json.of(word), path, known));
    }
    return capabilities;
  }

  private static Rootfs rootfs(JsonFields fields) {
    Rootfs rootfs =
        new Rootfs(fields.bool("readOnly"), PolicyReader.integer(fields, "upperMib", 0, 65_536));
    fields.end();
    return rootfs;
  }

  private static List<MountPolicy> mounts(JsonFields fields) {
    List<MountPolicy> mounts = new ArrayList<>();
    Map<String, Json> members = PolicyReader.members(fields, "mounts", ContainerPolicy.MAX_MOUNTS);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = fields.path("mounts") + "[" + member.getKey() + "]";
      JsonFields mount = JsonFields.of(member.getValue(), path);
      mounts.add(
          new MountPolicy(
              member.getKey(),
              mount.string("volume"),
              mount.string("subPath"),
              mount.bool("readOnly")));
      mount.end();
    }
    return mounts;
  }

  private static LogPolicy logs(JsonFields fields) {
    LogPolicy logs =
        new LogPolicy(
            PolicyReader.word(fields, "stdout", Release.values()),
            PolicyReader.word(fields, "stderr", Release.values()));
    fields.end();
    return logs;
  }

  private static TerminationMessage terminationMessage(JsonFields fields) {
    TerminationMessage message =
        new TerminationMessage(
            fields.string("path"), PolicyReader.word(fields, "release", Release.values()));
    fields.end();
    return message;
  }

  private static List<ExecPolicy> exec(JsonFields fields) {
    List<ExecPolicy> exec = new ArrayList<>();
    Map<String, Json> members = PolicyReader.members(fields, "exec", ContainerPolicy.MAX_EXEC);
    for (Map.Entry<String, Json> member : members.entrySet()) {
      String path = fields.path("exec") + "[" + member.getKey() + "]";
      JsonFields command = JsonFields.of(member.getValue(), path);
      exec.add(
          new ExecPolicy(
              member.getKey(),
              PolicyReader.strings(command, "argv", ExecPolicy.MAX_ARGV),
              PolicyReader.word(command, "output", Release.values()),
              command.bool("tty"),
              command.bool("stdin")));
      command.end();
    }
    return exec;
  }

  private static Set<Signal> signals(JsonFields fields) {
    Set<Signal> signals = new LinkedHashSet<>();
    int before = 0;
    for (String name : PolicyReader.strings(fields, "signals", 64)) {
      Signal signal = signal(name, "signals");
      if (signal.number() <= before) {
        throw new CloisterException(
            PolicyError.DUPLICATE, "signals", signal.name() + " stands twice or out of its order");
      }
      before = signal.number();
      signals.add(signal);
    }
    return signals;
  }

  private static Signal signal(String name, String field) {
    try {
      return Signal.of(name);
    } catch (CloisterException e) {
      throw new CloisterException(PolicyError.VALUE, field, e.detail(), e);
    }
  }

  private static Resources resources(JsonFields fields) {
    Resources resources =
        new Resources(
            range(fields.object("cpuMilli")),
            range(fields.object("memoryMib")),
            PolicyReader.integer(fields, "pids", 1, 4_194_304));
    fields.end();
    return resources;
  }

  private static Range range(JsonFields fields) {
    Range range =
        new Range(
            PolicyReader.integer(fields, "min", 0, Integer.MAX_VALUE),
            PolicyReader.integer(fields, "max", 0, Integer.MAX_VALUE));
    fields.end();
    return range;
  }
}
