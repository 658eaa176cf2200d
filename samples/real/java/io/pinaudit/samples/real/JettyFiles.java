package io.pinaudit.samples.real;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;

/**
 * Jetty 12.0 serves a static file from a mapping, as it does by default, and serves the file anew
 * once it has changed. A deployment writes the file again in its place, which cuts it for a moment.
 * Nothing orders that and the responses; only luck keeps them 60 ms apart.
 *
 * <p>With {@code --fixed} it writes a new file and moves it over the old one.
 */
public final class JettyFiles {
  private static final int BYTES = 4 << 20;
  private static final int REQUESTS = 6;
  private static final int PERIOD_MILLIS = 120;

  private final Folder folder;
  private final URI page;
  private final HttpClient client = HttpClient.newHttpClient();

  private JettyFiles(Folder folder, URI page) {
    this.folder = folder;
    this.page = page;
  }

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws Exception {
    Folder folder = Folder.of(args);
    Files.write(folder.file("page"), new byte[BYTES]);
    Server server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(files).newResource(folder.path()));
    server.setHandler(files);
    server.start();
    try {
      new JettyFiles(folder, server.getURI().resolve("/page")).run();
    } finally {
      server.stop();
    }
  }

  private void run() throws Exception {
    request();
    Thread deployment = new Thread(this::deploy, "deployment");
    deployment.start();
    int failed = 0;
    for (int i = 0; i < REQUESTS; i++) {
      failed += request() ? 0 : 1;
      Thread.sleep(PERIOD_MILLIS);
    }
    deployment.join();
    System.out.println("truth: " + failed + " of " + REQUESTS + " responses failed");
  }

  private boolean request() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(page).build();
      return client.send(request, BodyHandlers.ofByteArray()).body().length == BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  private void deploy() {
    try {
      for (int i = 0; i < REQUESTS / 2; i++) {
        Thread.sleep(PERIOD_MILLIS / 2);
        write(folder.file("page"));
        Thread.sleep(PERIOD_MILLIS * 3 / 2);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void write(Path file) throws IOException {
    if (folder.fixed()) {
      Path next = Files.write(folder.file("page.new"), new byte[BYTES]);
      Files.move(next, file, REPLACE_EXISTING);
    } else {
      Files.write(file, new byte[BYTES]);
    }
  }
}
