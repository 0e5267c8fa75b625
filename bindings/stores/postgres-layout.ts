/**
 * Tables and the commit function that a PostgreSQL store keeps in its schema (the first of the connection's search_path),
 * made and migrated by whichever server comes first.
 */
import type { ClientBase } from 'pg'
import { StoreUnavailable } from './unavailable.ts'

/**
 * One step per layout version; a step never changes once released. The first:
 *
 * - `kmsbox_rows`: the sealed rows. Their values do not compress.
 * - `kmsbox_receipts`: an id per recent commit, written with it, by which a server that lost its connection learns
 *   whether the commit landed; with `landed` false, a claim that none landed and none will.
 * - `kmsbox_commit`: compares and writes in one round trip; returns the keys in conflict, none if it wrote.
 *
 * The function takes advisory locks on the keys it touches, shared where it only expects a version, so that commits which
 * rely on each other's rows, or on the absence of a row, exclude each other without writing to rows that they only read;
 * in one order, so without deadlock. Locks live in a table of fixed size: a commit that touches many keys locks the whole
 * store instead. Under READ COMMITTED each statement after the locks sees what was committed before they were granted.
 * Under SERIALIZABLE the snapshot may be older, and PostgreSQL itself refuses what does not fit; REPEATABLE READ has the
 * old snapshot without the refusal and is turned away. `synchronous_commit = off` would acknowledge what is not on disk.
 */
const migrations = [
  `
  CREATE TABLE kmsbox_rows (
    key bytea PRIMARY KEY,
    version bigint NOT NULL,
    value bytea NOT NULL
  );
  ALTER TABLE kmsbox_rows ALTER COLUMN value SET STORAGE EXTERNAL;

  CREATE TABLE kmsbox_receipts (
    id uuid PRIMARY KEY,
    landed boolean NOT NULL DEFAULT true,
    made timestamptz NOT NULL DEFAULT now()
  );

  CREATE FUNCTION kmsbox_lock_id(name bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT ('x' || left(encode(sha256(name), 'hex'), 16))::bit(64)::bigint
  $$;

  CREATE FUNCTION kmsbox_commit(
    receipt uuid, forget uuid[],
    expect_keys bytea[], expect_versions bigint[],
    put_keys bytea[], put_versions bigint[], put_values bytea[],
    delete_keys bytea[]
  ) RETURNS bytea[] LANGUAGE plpgsql AS $$
  DECLARE
    store_lock CONSTANT bigint := kmsbox_lock_id('kmsbox store');
    most_key_locks CONSTANT int := 256;
    touched record;
    conflict bytea[];
  BEGIN
    IF current_setting('transaction_isolation') = 'repeatable read' THEN
      RAISE EXCEPTION 'kmsbox commits under READ COMMITTED or SERIALIZABLE, not REPEATABLE READ';
    END IF;
    IF current_setting('synchronous_commit') = 'off' THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;

    IF cardinality(expect_keys) + cardinality(put_keys) + cardinality(delete_keys) > most_key_locks THEN
      PERFORM pg_advisory_xact_lock(store_lock);
    ELSE
      PERFORM pg_advisory_xact_lock_shared(store_lock);
      FOR touched IN
        SELECT kmsbox_lock_id(key) AS id, bool_or(written) AS written
        FROM (
          SELECT unnest(expect_keys) AS key, false AS written
          UNION ALL SELECT unnest(put_keys || delete_keys), true
        ) AS keys
        GROUP BY id ORDER BY id
      LOOP
        IF touched.written THEN
          PERFORM pg_advisory_xact_lock(touched.id);
        ELSE
          PERFORM pg_advisory_xact_lock_shared(touched.id);
        END IF;
      END LOOP;
    END IF;

    SELECT array_agg(DISTINCT expected.key) INTO conflict
    FROM unnest(expect_keys, expect_versions) AS expected(key, version)
    WHERE expected.version <>
      coalesce((SELECT stored.version FROM kmsbox_rows AS stored WHERE stored.key = expected.key), 0);
    IF conflict IS NOT NULL THEN
      RETURN conflict;
    END IF;

    INSERT INTO kmsbox_receipts (id) VALUES (receipt);
    DELETE FROM kmsbox_receipts WHERE id = ANY (forget);
    DELETE FROM kmsbox_rows WHERE key = ANY (delete_keys);
    INSERT INTO kmsbox_rows (key, version, value)
      SELECT * FROM unnest(put_keys, put_versions, put_values)
      ON CONFLICT (key) DO UPDATE SET version = excluded.version, value = excluded.value;
    RETURN ARRAY[]::bytea[];
  END
  $$;
  `,
]

/** Servers that start at once make the tables one after the other. An arbitrary number, the same in every release. */
const MIGRATION_LOCK = 0x6b6d7362

/**
 * Brings the schema to this release's layout. Needs the right to create tables only if something is to be made.
 *
 * @throws StoreUnavailable if a newer release made the layout
 */
export async function migrate(client: ClientBase): Promise<void> {
  const { rows } = await client.query(`SELECT to_regclass('kmsbox_layout') IS NOT NULL AS made`)
  if (rows[0].made && (await layoutVersion(client)) === migrations.length) return
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED')
  try {
    await client.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`)
    // Also makes the session forget that there was no such table: another server may have made it meanwhile.
    await client.query('CREATE TABLE IF NOT EXISTS kmsbox_layout (version int NOT NULL)')
    for (const step of migrations.slice(await layoutVersion(client))) await client.query(step)
    await client.query('DELETE FROM kmsbox_layout')
    await client.query('INSERT INTO kmsbox_layout VALUES ($1)', [migrations.length])
    await client.query('COMMIT')
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {}) // the connection may be what broke
    throw error
  }
}

async function layoutVersion(client: ClientBase): Promise<number> {
  const { rows } = await client.query('SELECT version FROM kmsbox_layout')
  const version: number = rows[0]?.version ?? 0
  if (version <= migrations.length) return version
  throw new StoreUnavailable('A newer release made the tables of this store. Upgrade kmsbox to open it.')
}
