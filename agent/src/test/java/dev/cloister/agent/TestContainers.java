package dev.cloister.agent;

import dev.cloister.policy.Capability;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.ContainerUser;
import dev.cloister.policy.ImagePin;
import dev.cloister.policy.LogPolicy;
import dev.cloister.policy.ProcMount;
import dev.cloister.policy.Range;
import dev.cloister.policy.Resources;
import dev.cloister.policy.RestartPolicy;
import dev.cloister.policy.Role;
import dev.cloister.policy.Rootfs;
import dev.cloister.policy.SeccompProfile;
import dev.cloister.policy.Signal;
import dev.cloister.policy.SpeaksAs;
import dev.cloister.policy.StdinPolicy;
import dev.cloister.policy.Template;
import dev.cloister.policy.TerminationMessage;
import dev.cloister.policy.UserIds;
import dev.cloister.policy.UserRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Containers of policies. */
final class TestContainers {

  private TestContainers() {}

  static ContainerPolicy container(String name, SpeaksAs speaksAs, long user, long group) {
    return new ContainerPolicy(
        name,
        Role.APP,
        false,
        new ImagePin("registry.example/app:1", "sha256:" + "12".repeat(32), "ab".repeat(32), 9, 1),
        List.of(Template.of("/bin/app")),
        "/",
        Map.of(),
        new ContainerUser(
            new UserRequest(Long.toString(user), "", List.of(), false),
            new UserIds(user, group, List.of(group))),
        Set.<Capability>of(),
        true,
        SeccompProfile.RUNTIME_DEFAULT_1,
        ProcMount.DEFAULT,
        new Rootfs(true, 0),
        List.of(),
        false,
        StdinPolicy.NONE,
        LogPolicy.CLOSED,
        TerminationMessage.CLOSED,
        List.of(),
        Set.of(Signal.TERM, Signal.KILL),
        Signal.TERM,
        RestartPolicy.ALWAYS,
        new Resources(new Range(0, 0), new Range(0, 0), 100),
        speaksAs);
  }
}
