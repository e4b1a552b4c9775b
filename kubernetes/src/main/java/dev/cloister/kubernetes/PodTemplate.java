package dev.cloister.kubernetes;

import dev.cloister.policy.NamePattern;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What pods are made from, whatever kind of object it stands in.
 *
 * @param object the object that it stands in
 * @param kind kind of that object
 * @param names what its pods are called
 * @param root the mapping that has {@code metadata} and {@code spec}: the Pod or the template
 * @param spec the specification of the pods, opened as a PodSpec
 * @param labels labels of the pods
 * @param annotations annotations of the pods by name, with their places
 * @param governor the Service that gives each of the pods a name of its own, or empty
 * @param replicas how many pods the object asks for
 * @param findings what the report will say besides the policy
 */
record PodTemplate(
    KubernetesObject object,
    ControllerKind kind,
    NamePattern names,
    YamlNode.Mapping root,
    ObjectReader spec,
    Map<String, String> labels,
    Map<String, YamlNode.Entry> annotations,
    String governor,
    int replicas,
    Findings findings) {

  PodTemplate {
    labels = Collections.unmodifiableMap(new TreeMap<>(labels));
    annotations = Collections.unmodifiableMap(new TreeMap<>(annotations));
  }

  String namespace() {
    return object.namespace();
  }
}
