package dev.cloister.policy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the numbers of a user in the account files of an image, as containerd does: the first entry
 * that fits counts, malformed lines are skipped, a number without an entry has group 0. Used by
 * {@code generate} over the image's layers and by the agent over the mounted image, which must
 * agree.
 */
public final class Identity {

  /** Most bytes of an account file. */
  public static final int MAX_FILE = 1 << 20;

  private Identity() {}

  /** A line of passwd(5). */
  private record Account(String name, long uid, long gid) {}

  /**
   * The ids of the user.
   *
   * @param request how the user was named
   * @param passwd the image's {@code /etc/passwd}; no bytes where it has none
   * @param group the image's {@code /etc/group}; no bytes where it has none
   * @throws CloisterException with {@link PolicyError#USER} where a name has no account or a file
   *     is too large
   */
  public static UserIds resolve(UserRequest request, Bytes passwd, Bytes group) {
    List<String> accounts = lines(passwd, "/etc/passwd");
    boolean numeric = Grammar.isNumber(request.name());
    long wanted = numeric ? Long.parseLong(request.name()) : -1;
    Account account = find(accounts, request.name(), wanted);
    if (account == null && !numeric) {
      throw new CloisterException(
          PolicyError.USER,
          "user",
          "the image's /etc/passwd has no user " + Grammar.shown(request.name()));
    }
    long uid = account == null ? wanted : account.uid();
    long gid = account == null ? 0 : account.gid();
    if (!request.group().isEmpty()) {
      gid = Long.parseLong(request.group());
    }
    TreeSet<Long> groups = new TreeSet<>(request.supplementalGroups());
    groups.add(gid);
    if (request.imageGroups() && (account != null || !numeric)) {
      String name = account == null ? request.name() : account.name();
      addMemberships(lines(group, "/etc/group"), name, groups);
    }
    return new UserIds(uid, gid, List.copyOf(groups));
  }

  /**
   * Resolves again and compares.
   *
   * @throws CloisterException with {@link PolicyError#USER_DISAGREES} where the image gives other
   *     ids than the policy has
   */
  public static void requireAgreement(ContainerUser user, Bytes passwd, Bytes group) {
    UserIds found = resolve(user.from(), passwd, group);
    if (!found.equals(user.ids())) {
      throw new CloisterException(
          PolicyError.USER_DISAGREES,
          "user",
          "the policy has " + shown(user.ids()) + ", the image gives " + shown(found));
    }
  }

  private static String shown(UserIds ids) {
    return ids.uid() + ":" + ids.gid() + " " + ids.groups();
  }

  private static @Nullable Account find(List<String> lines, String name, long uid) {
    for (String line : lines) {
      List<String> fields = fields(line, ':');
      if (fields.size() >= 4 && isId(fields.get(2)) && isId(fields.get(3))) {
        Account account =
            new Account(
                fields.get(0), Long.parseLong(fields.get(2)), Long.parseLong(fields.get(3)));
        if (uid >= 0 ? account.uid() == uid : account.name().equals(name)) {
          return account;
        }
      }
    }
    return null;
  }

  /** A group of the user's own name is not a supplementary one: containerd leaves it out. */
  private static void addMemberships(List<String> lines, String name, Set<Long> groups) {
    for (String line : lines) {
      List<String> fields = fields(line, ':');
      boolean other = fields.size() >= 4 && isId(fields.get(2)) && !fields.get(0).equals(name);
      if (other && fields(fields.get(3), ',').contains(name)) {
        groups.add(Long.parseLong(fields.get(2)));
      }
    }
  }

  private static boolean isId(String text) {
    return Grammar.isNumber(text) && Long.parseLong(text) <= UserIds.MAX_ID;
  }

  private static List<String> lines(Bytes file, String name) {
    if (file.size() > MAX_FILE) {
      throw new CloisterException(
          PolicyError.USER, "user", "the image's " + name + " is larger than 1 MiB");
    }
    List<String> lines = new ArrayList<>();
    for (String line : fields(new String(file.toArray(), StandardCharsets.UTF_8), '\n')) {
      String stripped = line.strip();
      if (!stripped.isEmpty()) {
        lines.add(stripped);
      }
    }
    return lines;
  }

  private static List<String> fields(String text, char separator) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    for (int end = text.indexOf(separator); end >= 0; end = text.indexOf(separator, at)) {
      fields.add(text.substring(at, end));
      at = end + 1;
    }
    fields.add(text.substring(at));
    return fields;
  }
}
