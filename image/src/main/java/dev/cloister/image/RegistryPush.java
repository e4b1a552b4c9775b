package dev.cloister.image;

import dev.cloister.encoding.Bytes;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes one image to one repository (OCI Distribution Specification 1.1, "Push"). */
final class RegistryPush {

  private static final String RIGHTS = "pull,push";

  private final RegistryLogin login;
  private final Endpoint endpoint;
  private final Reference reference;

  RegistryPush(RegistryLogin login, Endpoint endpoint, Reference reference) {
    this.login = login;
    this.endpoint = endpoint;
    this.reference = reference;
  }

  Digest push(OciLayout layout, String name, ProgressListener progress) {
    Descriptor manifest = layout.find(name);
    Bytes document = layout.document(manifest);
    ImageManifest parts = ImageManifest.parse(document, "manifest");
    List<Descriptor> blobs = new ArrayList<>(parts.layers());
    blobs.add(parts.config());
    long total = blobs.stream().mapToLong(Descriptor::size).sum();
    long done = 0;
    for (Descriptor blob : blobs) {
      pushBlob(layout, blob);
      done += blob.size();
      progress.advanced(ProgressListener.Stage.TRANSFER, reference.toString(), done, total);
    }
    URI uri = RegistryClient.uri(endpoint, reference, "manifests/" + reference.manifestName());
    send(
        "PUT",
        uri,
        Map.of("Content-Type", manifest.mediaType()),
        () -> HttpRequest.BodyPublishers.ofByteArray(document.toArray()),
        201);
    return manifest.digest();
  }

  private void pushBlob(OciLayout layout, Descriptor blob) {
    URI blobUri = RegistryClient.uri(endpoint, reference, "blobs/" + blob.digest());
    RegistryHttp.Request head =
        new RegistryHttp.Request("HEAD", blobUri, Map.of(), HttpRequest.BodyPublishers::noBody);
    try (RegistryHttp.Answer answer = login.send(endpoint, reference.repository(), RIGHTS, head)) {
      if (answer.status() == 200) {
        return;
      }
    }
    URI start = RegistryClient.uri(endpoint, reference, "blobs/uploads/");
    String location = send("POST", start, Map.of(), HttpRequest.BodyPublishers::noBody, 202);
    send(
        "PUT",
        uploadUri(start, location, blob),
        Map.of("Content-Type", "application/octet-stream"),
        () -> HttpRequest.BodyPublishers.ofFile(layout.blob(blob.digest())),
        201);
  }

  private URI uploadUri(URI start, String location, Descriptor blob) {
    try {
      URI to = start.resolve(location);
      if (start.getRawAuthority().equals(to.getRawAuthority())) {
        String separator = to.getRawQuery() == null ? "?" : "&";
        return URI.create(to + separator + "digest=" + blob.digest());
      }
    } catch (IllegalArgumentException e) {
      throw RegistryHttp.protocol(start, "an upload to no address");
    }
    throw RegistryHttp.protocol(start, "an upload to another host");
  }

  private String send(
      String method,
      URI uri,
      Map<String, String> headers,
      RegistryHttp.RequestBody body,
      int expected) {
    RegistryHttp.Request request = new RegistryHttp.Request(method, uri, headers, body);
    try (RegistryHttp.Answer answer =
        login.send(endpoint, reference.repository(), RIGHTS, request)) {
      RegistryClient.check(answer, expected, reference.toString());
      return answer.header("location");
    }
  }
}
