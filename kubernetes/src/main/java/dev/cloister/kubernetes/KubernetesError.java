package dev.cloister.kubernetes;

import dev.cloister.encoding.ErrorCode;

/**
 * What this module refuses: numbers below 100 are the YAML's, from 100 the objects' in it, from 200
 * the annotations', from 300 the images'.
 */
public enum KubernetesError implements ErrorCode {
  YAML_SYNTAX(
      "CL-KUB-001", "The file is not YAML.", "Correct the text at the file and line named."),
  YAML_DUPLICATE_KEY(
      "CL-KUB-002", "A mapping names one key twice.", "Remove one of the two entries."),
  YAML_BUDGET(
      "CL-KUB-003",
      "The file is larger, deeper or has more parts than a file of workloads may have.",
      "Split the file, or write out what its aliases repeat."),
  YAML_UNSUPPORTED(
      "CL-KUB-004",
      "The file uses a part of YAML that is not read the same way by everybody.",
      "Write the value out plainly."),
  NOT_AN_OBJECT(
      "CL-KUB-101",
      "A document is not a Kubernetes object.",
      "Give it apiVersion, kind and metadata.name, or remove it."),
  UNKNOWN_FIELD(
      "CL-KUB-102",
      "The object has a field that Kubernetes, or this version of Cloister, does not know.",
      "Correct the field's name, or remove it."),
  WRONG_TYPE(
      "CL-KUB-103",
      "A value has another type than its field.",
      "Write the value as the field's type; a text that looks like something else needs quotes."),
  MISSING_FIELD("CL-KUB-104", "A required field is missing.", "Add the field."),
  REFUSED_FIELD(
      "CL-KUB-105",
      "The field asks for something that a pod VM cannot give or must not give.",
      "Do as the message says."),
  BAD_VALUE("CL-KUB-106", "A value is outside what its field allows.", "Correct the value."),
  UNKNOWN_KIND(
      "CL-KUB-107",
      "The object makes pods in a way that this version cannot measure.",
      "Use one of the kinds listed in docs/kubernetes.md."),
  MISSING_OBJECT(
      "CL-KUB-108",
      "An object that the pod reads is in none of the files.",
      "Give the file that holds it as well."),
  DUPLICATE("CL-KUB-109", "Two things have one name.", "Rename or remove one of the two."),
  SECRET(
      "CL-KUB-110",
      "The pod reads a Secret, whose content the host would see and choose.",
      "Take the value from the deployment itself; values that are not secret belong in a ConfigMap."),
  NO_WORKLOAD(
      "CL-KUB-111",
      "The files hold no object that makes pods.",
      "Give a file with a Pod or a Deployment."),
  NOT_REWRITABLE(
      "CL-KUB-112",
      "The place where the result has to be written is shared by an anchor, an alias or a tag.",
      "Write that part of the pod out, without anchor, alias or tag."),
  ANNOTATION_SYNTAX(
      "CL-KUB-201",
      "The text of the annotation is not of the form that docs/kubernetes.md gives.",
      "Write it as in the examples of docs/kubernetes.md."),
  ANNOTATION_WORD(
      "CL-KUB-202",
      "The annotation uses a word that Cloister does not know.",
      "Use one of the words that the message lists."),
  ANNOTATION_DUPLICATE(
      "CL-KUB-203", "The annotation names one thing twice.", "Remove one of the two lines."),
  ANNOTATION_REFERENCE(
      "CL-KUB-204",
      "The annotation names a container that the pod does not have.",
      "Use the name of one of the pod's containers."),
  ANNOTATION_PLACE(
      "CL-KUB-205",
      "An annotation of Cloister stands where it has no effect.",
      "Move it to metadata.annotations of the pod template."),
  ANNOTATION_CONTRADICTION(
      "CL-KUB-206", "Two annotations of the pod contradict each other.", "Remove one of the two."),
  UNKNOWN_PEER(
      "CL-KUB-207",
      "The pod wants to connect to a host that no workload of the files, or more than one, stands"
          + " behind.",
      "Name a Service as the application does, give its file as well, and let its selector match"
          + " the pods of one workload."),
  PEER_PORT(
      "CL-KUB-208",
      "The pod wants to connect to a port that is not there, or that is not open to workloads.",
      "Name a port of the Service, and open the pods' port to the mesh."),
  IMAGE_CONFIG(
      "CL-KUB-301",
      "The image's own configuration cannot be honoured.",
      "Correct the image, or say in the pod's YAML what to use instead."),
  NOT_STABLE(
      "CL-KUB-901",
      "The annotated YAML would not give the same policy again.",
      "Report this as a bug of Cloister, with the YAML.") {
    @Override
    public Kind kind() {
      return Kind.INTERNAL;
    }
  },
  FIELD_LOST(
      "CL-KUB-902",
      "A field that must be measured was not read.",
      "Report this as a bug of Cloister, with the YAML.") {
    @Override
    public Kind kind() {
      return Kind.INTERNAL;
    }
  };

  private final String code;
  private final String meaning;
  private final String remedy;

  KubernetesError(String code, String meaning, String remedy) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }
}
