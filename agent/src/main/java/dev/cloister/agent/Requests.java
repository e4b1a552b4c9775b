package dev.cloister.agent;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.HostRequest;
import dev.cloister.rpc.AgentSandbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Messages as they came, as the requests that the guard knows. Nothing is judged here. */
final class Requests {

  private Requests() {}

  static HostRequest.OpenSandbox of(AgentSandbox.OpenSandboxRequest message) {
    return new HostRequest.OpenSandbox(
        message.podName(),
        message.namespace(),
        message.uid(),
        message.nodeName(),
        message.hostname(),
        message.podIps(),
        message.hostIps());
  }

  static HostRequest.SetNetwork of(AgentSandbox.SetNetworkRequest message) {
    List<HostRequest.Interface> interfaces = new ArrayList<>();
    for (AgentSandbox.Interface one : message.interfaces()) {
      interfaces.add(new HostRequest.Interface(one.name(), one.mac(), one.mtu(), one.addresses()));
    }
    List<HostRequest.Route> routes = new ArrayList<>();
    for (AgentSandbox.Route one : message.routes()) {
      routes.add(new HostRequest.Route(one.destination(), one.gateway(), one.interfaceName()));
    }
    return new HostRequest.SetNetwork(
        interfaces, routes, message.coordinatorAddress(), message.storeAddress());
  }

  static HostRequest.SetServiceLinks of(AgentSandbox.SetServiceLinksRequest message) {
    List<HostRequest.Link> links = new ArrayList<>();
    for (AgentSandbox.ServiceLink one : message.links()) {
      List<Long> ports = new ArrayList<>();
      for (int port : one.ports()) {
        ports.add((long) port);
      }
      links.add(new HostRequest.Link(one.service(), one.ip(), ports));
    }
    return new HostRequest.SetServiceLinks(links);
  }

  static HostRequest.PutFiles of(AgentSandbox.PutFilesRequest message) {
    Map<String, Bytes> files = new HashMap<>();
    for (AgentSandbox.File file : message.files()) {
      if (files.putIfAbsent(file.name(), file.content()) != null) {
        throw new CloisterException(
            AgentError.REQUEST, "files[" + file.name() + "]", "the file is there twice");
      }
    }
    return new HostRequest.PutFiles(message.volume(), message.generation(), files);
  }
}
