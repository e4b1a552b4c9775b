package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which port of its pods a Service leads to.
 *
 * @param wish who asks, and for what
 * @param service the Service
 * @param named numbers of the pods' named ports
 */
record ServiceTarget(Wishes.Wish wish, ServiceObject service, Map<String, Integer> named) {

  /**
   * The port of the pods.
   *
   * @throws CloisterException with {@link KubernetesError#PEER_PORT}
   */
  int port() {
    List<String> known = new ArrayList<>();
    for (ServiceObject.Port port : service.ports()) {
      if (port.protocol().equals("TCP")) {
        if (port.port() == wish.port()) {
          return target(port);
        }
        known.add(Integer.toString(port.port()));
      }
    }
    if (service.isHeadless()) {
      return wish.port();
    }
    throw refuse(
        "Service/"
            + service.name()
            + " has no TCP port "
            + wish.port()
            + (known.isEmpty() ? "" : "; there are: " + String.join(", ", known)));
  }

  private int target(ServiceObject.Port port) {
    int target = number(port.target());
    if (service.isHeadless() && target != wish.port()) {
      throw refuse(
          "Service/"
              + service.name()
              + " is headless, so names lead to the pods themselves: write their port, "
              + target);
    }
    return target;
  }

  private int number(String target) {
    Integer number = named.get(target);
    if (number != null) {
      return number;
    }
    if (!Ports.isNumber(target)) {
      throw refuse(
          "Service/"
              + service.name()
              + " leads to port "
              + Words.quoted(target)
              + ", which no container has");
    }
    return Integer.parseInt(target);
  }

  private CloisterException refuse(String detail) {
    return new CloisterException(KubernetesError.PEER_PORT, wish.where(), detail);
  }
}
