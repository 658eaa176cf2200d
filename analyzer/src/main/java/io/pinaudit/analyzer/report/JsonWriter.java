package io.pinaudit.analyzer.report;

import java.io.IOException;
import java.io.Writer;
import java.util.Collection;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes nested JSON; the calls that write an object nest as the object does. Confined to one
 * thread.
 */
public final class JsonWriter {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

  private final JsonGenerator json;

  private JsonWriter(JsonGenerator json) {
    this.json = json;
  }

  /** Writes one document. */
  public static void document(Writer out, Consumer<JsonWriter> fields) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      JsonWriter writer = new JsonWriter(json);
      json.writeStartObject();
      fields.accept(writer);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (JacksonException e) {
      throw new IOException(e.getOriginalMessage(), e);
    }
    out.flush();
  }

  /** Writes a text; writes nothing if the text is null. */
  public JsonWriter put(String name, String value) {
    if (value != null) {
      json.writeStringProperty(name, value);
    }
    return this;
  }

  /** Writes a whole number. */
  public JsonWriter put(String name, long value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  /** Writes true or false. */
  public JsonWriter put(String name, boolean value) {
    json.writeBooleanProperty(name, value);
    return this;
  }

  /** Writes an object. */
  public JsonWriter object(String name, Runnable fields) {
    json.writeObjectPropertyStart(name);
    fields.run();
    json.writeEndObject();
    return this;
  }

  /** Writes an array of objects, one for each value. */
  public <T> JsonWriter objects(String name, Collection<T> values, Consumer<T> fields) {
    json.writeArrayPropertyStart(name);
    for (T value : values) {
      json.writeStartObject();
      fields.accept(value);
      json.writeEndObject();
    }
    json.writeEndArray();
    return this;
  }

  /** Writes an array, whose elements {@link #element} writes meanwhile. */
  public JsonWriter array(String name, Runnable elements) {
    json.writeArrayPropertyStart(name);
    elements.run();
    json.writeEndArray();
    return this;
  }

  /** Writes an object as the next element of an array. */
  public JsonWriter element(Runnable fields) {
    json.writeStartObject();
    fields.run();
    json.writeEndObject();
    return this;
  }

  /** Writes a number that need not be whole. */
  public JsonWriter put(String name, double value) {
    json.writeNumberProperty(name, value);
    return this;
  }

  /** Writes an array of texts. */
  public JsonWriter strings(String name, Collection<String> values) {
    json.writeArrayPropertyStart(name);
    values.forEach(json::writeString);
    json.writeEndArray();
    return this;
  }
}
