package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * How the user of a container was named, so that {@link Identity} finds the same ids again in the
 * image itself.
 *
 * @param name a user id in decimal digits, or a user's name in the image's {@code /etc/passwd}:
 *     {@code runAsUser}, or the user part of the image's USER, or {@code 0}
 * @param group {@code runAsGroup} in decimal digits, or empty where the account decides
 * @param supplementalGroups {@code supplementalGroups} and {@code fsGroup}, ascending
 * @param imageGroups whether the groups of the user in the image's {@code /etc/group} count ({@code
 *     supplementalGroupsPolicy: Merge})
 */
public record UserRequest(
    String name, String group, List<Long> supplementalGroups, boolean imageGroups) {

  public UserRequest {
    supplementalGroups = List.copyOf(supplementalGroups);
    Grammar.require(
        isNumber(name) || isAccountName(name),
        "user.from.name",
        "a user id, or a user's name without ':', ',', '/' and blanks",
        name);
    Grammar.require(
        group.isEmpty() || isNumber(group), "user.from.group", "a group id or empty", group);
    Grammar.atMost(supplementalGroups.size(), UserIds.MAX_GROUPS, "user.from.supplementalGroups");
    long before = -1;
    for (long id : supplementalGroups) {
      Grammar.range(id, 0, UserIds.MAX_ID, "user.from.supplementalGroups");
      Grammar.require(id > before, "user.from.supplementalGroups", "ascending, each once");
      before = id;
    }
  }

  private static boolean isNumber(String text) {
    return Grammar.isNumber(text) && Long.parseLong(text) <= UserIds.MAX_ID;
  }

  /** Names that begin like a number are refused: tools disagree on what they mean. */
  private static boolean isAccountName(String text) {
    if (!Grammar.isLine(text, 64) || "+-0123456789".indexOf(text.charAt(0)) >= 0) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (":,/ ".indexOf(text.charAt(i)) >= 0) {
        return false;
      }
    }
    return true;
  }

  Json toJson() {
    List<Json> groups = new ArrayList<>();
    for (long id : supplementalGroups) {
      groups.add(Json.of(id));
    }
    return Json.object()
        .put("name", name)
        .put("group", group)
        .put("supplementalGroups", Json.of(groups))
        .put("imageGroups", imageGroups)
        .build();
  }
}
