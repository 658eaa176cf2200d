package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.guard.GuardRules;
import io.pinaudit.agent.table.BadOptionException;
import io.pinaudit.agent.table.DeclaredPin;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AgentOptionsTest {
  private static final AgentOptions NONE =
      new AgentOptions(
          false,
          false,
          false,
          null,
          null,
          null,
          null,
          null,
          0,
          0,
          GuardRules.OFF,
          List.of(),
          List.of());

  private static AgentOptions parse(String text) throws BadOptionException {
    return AgentOptions.parse(text, Map.of(), Map.of());
  }

  @Test
  void needsNone() throws BadOptionException {
    assertEquals(NONE, parse(null));
    assertEquals(NONE, parse(""));
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
    assertEquals(
        new AgentOptions(
            false,
            true,
            false,
            "environment",
            null,
            null,
            null,
            null,
            0,
            0,
            GuardRules.OFF,
            List.of(),
            List.of()),
        last);
  }

  @Test
  void takesWhatIsSetToNothingForUnset() throws BadOptionException {
    Map<String, String> environment = Map.of("PINAUDIT_LOG", "", "PINAUDIT_STRICT", "");
    assertEquals(NONE, AgentOptions.parse(null, Map.of("pinaudit.help", ""), environment));
  }

  @Test
  void putsTheProcessIdIntoFileNames() throws BadOptionException {
    assertEquals("a-" + ProcessHandle.current().pid() + ".log", parse("log=a-%p.log").log());
  }

  @Test
  void takesAPlanAndTheNumberOfItsRun() throws BadOptionException {
    AgentOptions options = parse("meet=plan.json,turn=3,headstart=50");
    assertEquals("plan.json", options.meet());
    assertEquals(3, options.turn());
    assertEquals(50, options.headStartMillis());
    assertThrows(BadOptionException.class, () -> parse("headstart=1000"));
  }

  @Test
  void takesAGuard() throws BadOptionException {
    GuardRules rules = parse("guard=wait:250,guardclasses=com.acme.;b.C").guard();
    assertEquals(GuardRules.Mode.WAIT, rules.mode());
    assertEquals(250_000_000, rules.waitNanos());
    assertEquals(List.of("com.acme.", "b.C"), rules.classes());
    assertEquals(10_000_000_000L, parse("guard=keep").guard().waitNanos());
    assertEquals(GuardRules.Mode.FAIL, parse("guard=fail,guardpaths=/data/**;/x").guard().mode());
    for (String bad :
        List.of(
            "guard",
            "guard=off",
            "guard=wait",
            "guard=wait:0",
            "guard=wait:60001",
            "guard=fail:5",
            "guard=keep:x",
            "guardpaths=/data/**")) {
      assertThrows(BadOptionException.class, () -> parse(bad), bad);
    }
  }

  @Test
  void saysInOneLineWhatIsWrongWithAGuard() throws BadOptionException {
    assertEquals(
        "option guardpaths has \"/a/[\": Missing ']", refusal("guard=fail,guardpaths=/a/["));
    assertEquals(
        "option guard is \"copy\", which is not offered,"
            + " expected report, keep, keep:MS, fail or wait:MS",
        refusal("guard=copy"));
    String absolute = ", expected absolute paths, as in /data/**";
    for (String bad : List.of("*.dat", "data/**", "true")) {
      assertEquals(
          "option guardpaths has \"" + bad + "\"" + absolute,
          refusal("guard=keep,guardpaths=" + bad));
    }
    assertEquals("option guardpaths names nothing", refusal("guard=keep,guardpaths=;"));
    assertEquals("option guardclasses names nothing", refusal("guard=keep,guardclasses="));
    GuardRules rules = parse("guard=keep,guardpaths=/{a,b}/*;**.dat,guardclasses=x.").guard();
    assertEquals(2, rules.paths().size());
    assertEquals(List.of("x."), rules.classes());
  }

  private static String refusal(String options) {
    return assertThrows(BadOptionException.class, () -> parse(options)).getMessage();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThrows(BadOptionException.class, () -> parse("turn=-1"));
    assertThrows(BadOptionException.class, () -> parse("meet"));
    assertThrows(BadOptionException.class, () -> parse("lgo=x"));
    assertThrows(BadOptionException.class, () -> parse("strict=yes"));
    assertThrows(BadOptionException.class, () -> parse("log"));
    assertThrows(BadOptionException.class, () -> AgentLog.to("/nonexistent/folder/file"));
  }

  @Test
  void readsMethodsThatPin() throws BadOptionException {
    AgentOptions options =
        parse(
            "pin=com.acme.Rdma.register(_,address,length);b.C.map(buffer),strict,unpin=b.C.d(handle)");
    assertTrue(options.strict());
    assertEquals(
        List.of(
            new DeclaredPin(
                "com.acme.Rdma",
                "register",
                List.of(
                    DeclaredPin.Role.IGNORED, DeclaredPin.Role.ADDRESS, DeclaredPin.Role.LENGTH)),
            new DeclaredPin("b.C", "map", List.of(DeclaredPin.Role.BUFFER))),
        options.pins());
    assertEquals("C.d", options.unpins().get(0).name());
  }

  @Test
  void refusesMethodsThatDoNotTellTheMemory() {
    for (String bad :
        List.of(
            "pin",
            "pin=register(address,length)",
            "pin=A.b",
            "pin=A.b()",
            "pin=A.b(address)",
            "pin=A.b(handle)",
            "unpin=A.b(length)",
            "pin=A.b(adress,length)",
            "pin=A.b(address,length);")) {
      assertThrows(BadOptionException.class, () -> parse(bad), bad);
    }
  }
}
