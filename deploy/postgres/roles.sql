-- A role and a schema for each party, in the database that psql is connected to. Once, by an administrator:
--
--   psql -v orchestrator=PASSWORD -v inventory=PASSWORD -v payment=PASSWORD -v shipping=PASSWORD -v acquirer=PASSWORD -f roles.sql
--
-- A host connects as its party (Username=payment) and makes its tables itself, in the schema of that name. The acquirer is
-- the simulated one; with a real gateway it is not needed. Parties may also have databases of their own.
\set ON_ERROR_STOP on
BEGIN;

CREATE ROLE orchestrator LOGIN PASSWORD :'orchestrator';
CREATE ROLE inventory LOGIN PASSWORD :'inventory';
CREATE ROLE payment LOGIN PASSWORD :'payment';
CREATE ROLE shipping LOGIN PASSWORD :'shipping';
CREATE ROLE acquirer LOGIN PASSWORD :'acquirer';

REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO orchestrator, inventory, payment, shipping, acquirer;

CREATE SCHEMA orchestrator AUTHORIZATION orchestrator;
CREATE SCHEMA inventory AUTHORIZATION inventory;
CREATE SCHEMA payment AUTHORIZATION payment;
CREATE SCHEMA shipping AUTHORIZATION shipping;
CREATE SCHEMA acquirer AUTHORIZATION acquirer;

COMMIT;
