"""What Python readers get from tapgraph: psycopg, pandas, and DuckDB and pyarrow over the Parquet export.

Reads PGHOST and the like, TAPGRAPH_HTTP (base URL), TAPGRAPH_HTTP_USER and _PASSWORD, TAPGRAPH_FROM and _TO (ISO); prints one JSON object.
"""
import base64
import json
import os
import tempfile
import urllib.parse
import urllib.request
import warnings
from datetime import datetime, timezone
from pathlib import Path
from uuid import UUID

import duckdb
import pandas
import psycopg
import pyarrow.parquet

FROM, TO = os.environ["TAPGRAPH_FROM"], os.environ["TAPGRAPH_TO"]
GRAPH = f"DECLARE @from := '{FROM}', @to := '{TO}' SELECT caller, callee, calls, p95_us FROM call_graph ORDER BY caller, callee"
found = {}


def refused(run):
    """Whether QuestDB or the driver refuses; the documentation says where."""
    try:
        run()
        return False
    except Exception:
        return True


with psycopg.connect(dbname="qdb", autocommit=True) as connection:
    found["psycopg"] = [list(row[:3]) for row in connection.execute(GRAPH).fetchall()]
    bound = connection.execute("SELECT ts, span_id, duration_us, probability FROM spans WHERE ts >= %s AND ts < %s LIMIT 1",
                               (datetime.fromisoformat(FROM.replace("Z", "+00:00")).astimezone(timezone.utc).replace(tzinfo=None), datetime(2100, 1, 1))).fetchone()
    found["psycopg_types"] = [isinstance(value, kind) for value, kind in zip(bound, (datetime, UUID, int, float))]
    found["psycopg_write_refused"] = refused(lambda: connection.execute("CREATE TABLE forbidden (x INT)"))
    times = tuple(datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None) for text in (FROM, TO))
    for name, bounds in (("text", (FROM, TO)), ("time", times)):
        try:
            rows = connection.execute("DECLARE @from := %s, @to := %s SELECT caller, callee, calls FROM call_graph ORDER BY caller, callee", bounds).fetchall()
            found[f"psycopg_declare_{name}"] = [list(row) for row in rows]
        except psycopg.Error as error:
            found[f"psycopg_declare_{name}"] = str(error)

with psycopg.connect(dbname="qdb", autocommit=False) as connection:
    def named():
        with connection.cursor(name="c") as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
    found["psycopg_named_cursor_refused"] = refused(named)

with psycopg.connect(dbname="qdb", autocommit=True) as connection, warnings.catch_warnings():
    warnings.simplefilter("ignore")  # pandas would rather have SQLAlchemy, which QuestDB does not need here
    frame = pandas.read_sql(GRAPH, connection)
    found["pandas"] = frame[["caller", "callee", "calls"]].values.tolist()
    spans = pandas.read_sql(f"SELECT ts, service, duration_us FROM spans WHERE ts >= '{FROM}' AND ts < '{TO}'", connection)
    found["pandas_time"] = pandas.api.types.is_datetime64_any_dtype(spans["ts"])
    found["pandas_calls"] = len(spans)

login = base64.b64encode(f"{os.environ['TAPGRAPH_HTTP_USER']}:{os.environ['TAPGRAPH_HTTP_PASSWORD']}".encode()).decode()
query = urllib.parse.urlencode({"fmt": "parquet", "query": f"SELECT * FROM spans WHERE ts >= '{FROM}' AND ts < '{TO}'"})
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "spans.parquet"
    request = urllib.request.Request(f"{os.environ['TAPGRAPH_HTTP']}/exp?{query}", headers={"Authorization": f"Basic {login}"})
    with urllib.request.urlopen(request) as answer:
        file.write_bytes(answer.read())
    found["duckdb"] = [list(row) for row in duckdb.sql(
        f"SELECT parent_service, service, count(*) FROM '{file}' WHERE NOT withdrawn GROUP BY ALL ORDER BY ALL").fetchall()]
    found["duckdb_types"] = dict(duckdb.sql(f"SELECT column_name, column_type FROM (DESCRIBE SELECT ts, span_id, duration_us FROM '{file}')").fetchall())
    table = pyarrow.parquet.read_table(file)
    found["pyarrow_rows"] = table.num_rows

print(json.dumps(found))
