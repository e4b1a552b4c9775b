package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourceTest {

  @TempDir Path etcApt;

  private void write(String name, String text) throws Exception {
    Path file = etcApt.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private ArchiveRoots roots(Map<String, String> environment) {
    return ArchiveRoots.ofHost(etcApt, environment);
  }

  @Test
  void findsBothRootsInDeb822Sources() throws Exception {
    write(
        "sources.list.d/debian.sources",
        """
        Types: deb deb-src
        # a comment
        URIs: http://mirror.example/debian/
        Suites: bookworm bookworm-updates
        Components: main

        Types: deb
        URIs: http://mirror.example/debian-security
        Suites: bookworm-security
        Components: main
        """);
    assertThat(roots(Map.of()))
        .isEqualTo(
            new ArchiveRoots(
                URI.create("http://mirror.example/debian"),
                URI.create("http://mirror.example/debian-security")));
  }

  @Test
  void findsThemInOneLineSourcesAndPassesOverOthers() throws Exception {
    write("sources.list.d/a.list", "deb [arch=amd64] https://third.example/apt stable main\n");
    write(
        "sources.list",
        """
        # deb http://old.example/debian trixie main
        deb-src http://mirror.example/debian trixie main
        deb cdrom:[x]/ trixie main
        deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://m.example/d trixie main
        """);
    assertThat(roots(Map.of()).debian()).isEqualTo(URI.create("http://m.example/d"));
    assertThat(roots(Map.of()).security())
        .isEqualTo(URI.create("http://m.example/debian-security"));
  }

  @Test
  void passesOverDisabledSources() throws Exception {
    write(
        "sources.list.d/debian.sources",
        "Enabled: no\nTypes: deb\nURIs: http://m.example/debian\nSuites: trixie\n");
    Refusal.expect(GuestError.SOURCES_UNUSABLE, etcApt.toString(), () -> roots(Map.of()));
  }

  @Test
  void takesAddressesFromTheEnvironmentFirst() throws Exception {
    write("sources.list", "deb http://m.example/debian trixie main\n");
    assertThat(
            roots(
                Map.of(
                    ArchiveRoots.DEBIAN_VARIABLE, "http://o.example/debian",
                    ArchiveRoots.SECURITY_VARIABLE, "http://s.example/sec/")))
        .isEqualTo(
            new ArchiveRoots(
                URI.create("http://o.example/debian"), URI.create("http://s.example/sec")));
  }

  private static final URI ADDRESS = URI.create("http://m.example/debian");

  @Test
  void usesTheProxyOfAptBeforeTheEnvironments() {
    HostProxy both =
        new HostProxy(
            "Acquire \"\";\nAcquire::http::Proxy \"http://apt.example:3142/\";\n",
            Map.of("http_proxy", "http://env.example:8080"));
    assertThat(both.forAddress(ADDRESS)).isEqualTo(proxy("apt.example", 3142));
    HostProxy environment = new HostProxy("", Map.of("http_proxy", "env.example:8080"));
    assertThat(environment.forAddress(ADDRESS)).isEqualTo(proxy("env.example", 8080));
    assertThat(HostProxy.none().forAddress(ADDRESS)).isEqualTo(Proxy.NO_PROXY);
  }

  @Test
  void usesNoProxyWhereTheHostSaysSo() {
    Map<String, String> environment =
        Map.of("http_proxy", "http://env.example:8080", "no_proxy", "other, .example");
    assertThat(new HostProxy("", environment).forAddress(ADDRESS)).isEqualTo(Proxy.NO_PROXY);
    assertThat(new HostProxy("Acquire::http::Proxy \"DIRECT\";", environment).forAddress(ADDRESS))
        .isEqualTo(Proxy.NO_PROXY);
  }

  private static Proxy proxy(String host, int port) {
    return new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(host, port));
  }
}
