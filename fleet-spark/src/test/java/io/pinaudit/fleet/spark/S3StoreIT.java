package io.pinaudit.fleet.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobProviderMetadata;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import org.junit.jupiter.api.Test;

/** Runs in a store that speaks S3: a server on loopback, read by Hadoop's S3A. */
class S3StoreIT extends StoreContract {
  private static final String KEY = "pinaudit";
  private static final String SECRET = "not-a-secret";

  private final BlobStoreContext memory =
      ContextBuilder.newBuilder(new TransientNio2BlobProviderMetadata())
          .credentials(KEY, SECRET)
          .build(BlobStoreContext.class);
  private S3Proxy server;

  @Override
  Map<String, String> startStore(Path place) throws Exception {
    memory.getBlobStore().createContainerInLocation(null, "bucket");
    server =
        S3Proxy.builder()
            .blobStore(memory.getBlobStore())
            .endpoint(URI.create("http://127.0.0.1:0"))
            .awsAuthentication(AuthenticationType.AWS_V4, KEY, SECRET)
            .build();
    server.start();
    return Map.of(
        "fs.s3a.endpoint",
        "http://127.0.0.1:" + server.getPort(),
        "fs.s3a.endpoint.region",
        "us-east-1",
        "fs.s3a.path.style.access",
        "true",
        "fs.s3a.access.key",
        KEY,
        "fs.s3a.secret.key",
        SECRET);
  }

  @Override
  void stopStore() throws Exception {
    if (server != null) {
      server.stop();
    }
    memory.close();
  }

  @Override
  String root() {
    return "s3a://bucket";
  }

  @Test
  void saysThatCredentialsAreMissing() throws Exception {
    String said =
        program(
            List.of(
                "check",
                "s3a://bucket/runs",
                "fs.s3a.endpoint=http://127.0.0.1:" + server.getPort(),
                "fs.s3a.endpoint.region=us-east-1",
                "fs.s3a.aws.credentials.provider="
                    + "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"));
    assertTrue(
        said.startsWith("pinaudit: error: s3a://bucket/runs: no credentials: set AWS_"), said);
  }
}
