package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentOptionsTest {
  private static AgentOptions parse(String text) throws BadOptionException {
    return AgentOptions.parse(text, Map.of(), Map.of());
  }

  @Test
  void needsNone() throws BadOptionException {
    assertEquals(new AgentOptions(false, false, null), parse(null));
    assertEquals(new AgentOptions(false, false, null), parse(""));
  }

  @Test
  void takesAKeyAloneForTrue() throws BadOptionException {
    assertTrue(parse("strict,log=a").strict());
    assertFalse(parse("strict=false").strict());
  }

  @Test
  void prefersArgumentsToPropertiesToEnvironment() throws BadOptionException {
    Map<String, String> properties = Map.of("pinaudit.log", "property", "pinaudit.home", "other");
    Map<String, String> environment =
        Map.of("PINAUDIT_LOG", "environment", "PINAUDIT_STRICT", "true");
    assertEquals("argument", AgentOptions.parse("log=argument", properties, environment).log());
    assertEquals("property", AgentOptions.parse("", properties, environment).log());
    AgentOptions last = AgentOptions.parse("", Map.of(), environment);
    assertEquals(new AgentOptions(false, true, "environment"), last);
  }

  @Test
  void takesWhatIsSetToNothingForUnset() throws BadOptionException {
    Map<String, String> environment = Map.of("PINAUDIT_LOG", "", "PINAUDIT_STRICT", "");
    assertEquals(
        new AgentOptions(false, false, null),
        AgentOptions.parse(null, Map.of("pinaudit.help", ""), environment));
  }

  @Test
  void putsTheProcessIdIntoFileNames() throws BadOptionException {
    assertEquals("a-" + ProcessHandle.current().pid() + ".log", parse("log=a-%p.log").log());
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThrows(BadOptionException.class, () -> parse("lgo=x"));
    assertThrows(BadOptionException.class, () -> parse("strict=yes"));
    assertThrows(BadOptionException.class, () -> parse("log"));
    assertThrows(BadOptionException.class, () -> AgentLog.to("/nonexistent/folder/file"));
  }
}
