package dev.cloister.policy;

import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Who a container runs as: how it was named and the ids that this gives with the pinned image.
 *
 * @param from how it was named
 * @param ids what {@link Identity#resolve} gives; the agent resolves again and refuses a difference
 */
public record ContainerUser(UserRequest from, UserIds ids) {

  Json toJson() {
    List<Json> groups = new ArrayList<>();
    for (long id : ids.groups()) {
      groups.add(Json.of(id));
    }
    return Json.object()
        .put("from", from.toJson())
        .put("uid", ids.uid())
        .put("gid", ids.gid())
        .put("groups", Json.of(groups))
        .build();
  }
}
