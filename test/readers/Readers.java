import java.sql.*;
import java.util.*;

/** What JDBC readers get from tapgraph: metadata and statements as DBeaver and Metabase send them. Prints lines `name<TAB>value`. */
public class Readers {
  interface Step { Object run() throws SQLException; }

  static void say(String name, Object value) { System.out.println(name + "\t" + value); }

  static void saysRefused(String name, Step step) {
    try { step.run(); say(name, false); } catch (SQLException refused) { say(name, true); }
  }

  static List<String> all(ResultSet rows, String column) throws SQLException {
    List<String> found = new ArrayList<>();
    while (rows.next()) found.add(rows.getString(column));
    return found;
  }

  public static void main(String[] args) throws SQLException {
    Map<String, String> env = System.getenv();
    String url = "jdbc:postgresql://" + env.get("PGHOST") + ":" + env.get("PGPORT") + "/qdb";
    String from = env.get("TAPGRAPH_FROM"), to = env.get("TAPGRAPH_TO");
    Properties login = new Properties();
    login.put("user", env.get("PGUSER"));
    login.put("password", env.get("PGPASSWORD"));
    login.put("sslmode", "disable");
    try (Connection connection = DriverManager.getConnection(url, login)) {
      DatabaseMetaData meta = connection.getMetaData();
      List<String> tables = all(meta.getTables(null, null, "%", new String[] { "TABLE", "VIEW", "MATERIALIZED VIEW" }), "TABLE_NAME");
      say("tables", tables.containsAll(List.of("exchanges", "spans", "call_graph", "edge_1h")));
      say("columns_of_a_table", all(meta.getColumns(null, null, "spans", "%"), "COLUMN_NAME").containsAll(List.of("ts", "service", "duration_us")));
      say("columns_of_a_view", all(meta.getColumns(null, null, "call_graph", "%"), "COLUMN_NAME").containsAll(List.of("caller", "callee", "p95_us")));
      // As Metabase lists what it can sync.
      try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
          "SELECT n.nspname AS schema, c.relname AS name, c.relkind FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON c.relnamespace = n.oid "
          + "WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm') AND n.nspname <> 'information_schema'")) {
        say("pg_class", all(rows, "name").contains("spans"));
      }
      try (PreparedStatement statement = connection.prepareStatement("SELECT count() FROM spans WHERE ts >= ? AND ts < ?")) {
        Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
        statement.setTimestamp(1, Timestamp.from(java.time.Instant.parse(from)), utc);
        statement.setTimestamp(2, Timestamp.from(java.time.Instant.parse(to)), utc);
        ResultSet rows = statement.executeQuery();
        rows.next();
        say("prepared_count", rows.getLong(1));
      }
      try (PreparedStatement statement = connection.prepareStatement("DECLARE @from := ?, @to := ? SELECT caller, callee, calls FROM call_graph ORDER BY caller, callee")) {
        statement.setString(1, from);
        statement.setString(2, to);
        StringJoiner edges = new StringJoiner(";");
        ResultSet rows = statement.executeQuery();
        while (rows.next()) edges.add(rows.getString(1) + "," + rows.getString(2) + "," + rows.getLong(3));
        say("edges", edges);
      }
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(1_000);
        ResultSet rows = statement.executeQuery("SELECT x FROM long_sequence(200000)");
        long sum = 0;
        while (rows.next()) sum += rows.getLong(1);
        say("fetch_size_sum", sum);
      }
      connection.setAutoCommit(true);
      saysRefused("write_refused", () -> connection.createStatement().execute("CREATE TABLE forbidden (x INT)"));
      saysRefused("index_info_refused", () -> meta.getIndexInfo(null, null, "spans", false, true));
      saysRefused("imported_keys_refused", () -> meta.getImportedKeys(null, null, "spans"));
      saysRefused("type_info_refused", () -> meta.getTypeInfo());
    }
  }
}
