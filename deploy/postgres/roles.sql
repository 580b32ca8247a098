-- Makes a role and a schema for each party, in the database that psql is connected to. An administrator runs it once. The passwords are
-- in the files postgres_orchestrator, postgres_inventory and so on of a folder (deploy/prepare.sh --secrets makes them). They are not
-- arguments, since every user of a machine can read the arguments of programs.
--
--   psql -v passwords=/path/to/deploy/secrets -f roles.sql
--
-- A host connects as its party (Username=payment) and makes its tables itself, in the schema of that name. The acquirer is
-- simulated; with a real gateway you do not need it. Each party may also have a database of its own. The reconciler reads
-- the tables of all parties, and changes nothing.
\set ON_ERROR_STOP on
\if :{?passwords}
\set orchestrator `cat :'passwords'/postgres_orchestrator`
\set inventory `cat :'passwords'/postgres_inventory`
\set payment `cat :'passwords'/postgres_payment`
\set shipping `cat :'passwords'/postgres_shipping`
\set acquirer `cat :'passwords'/postgres_acquirer`
\set reconciler `cat :'passwords'/postgres_reconciler`
\endif
BEGIN;

CREATE ROLE orchestrator LOGIN PASSWORD :'orchestrator';
CREATE ROLE inventory LOGIN PASSWORD :'inventory';
CREATE ROLE payment LOGIN PASSWORD :'payment';
CREATE ROLE shipping LOGIN PASSWORD :'shipping';
CREATE ROLE acquirer LOGIN PASSWORD :'acquirer';
CREATE ROLE reconciler LOGIN PASSWORD :'reconciler';

-- By default every role may connect to these databases.
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CONNECT ON DATABASE :"DBNAME" TO orchestrator, inventory, payment, shipping, acquirer, reconciler;

CREATE SCHEMA orchestrator AUTHORIZATION orchestrator;
CREATE SCHEMA inventory AUTHORIZATION inventory;
CREATE SCHEMA payment AUTHORIZATION payment;
CREATE SCHEMA shipping AUTHORIZATION shipping;
CREATE SCHEMA acquirer AUTHORIZATION acquirer;

GRANT USAGE ON SCHEMA orchestrator, inventory, payment, shipping, acquirer TO reconciler;
ALTER DEFAULT PRIVILEGES FOR ROLE orchestrator IN SCHEMA orchestrator GRANT SELECT ON TABLES TO reconciler;
ALTER DEFAULT PRIVILEGES FOR ROLE inventory IN SCHEMA inventory GRANT SELECT ON TABLES TO reconciler;
ALTER DEFAULT PRIVILEGES FOR ROLE payment IN SCHEMA payment GRANT SELECT ON TABLES TO reconciler;
ALTER DEFAULT PRIVILEGES FOR ROLE shipping IN SCHEMA shipping GRANT SELECT ON TABLES TO reconciler;
ALTER DEFAULT PRIVILEGES FOR ROLE acquirer IN SCHEMA acquirer GRANT SELECT ON TABLES TO reconciler;

COMMIT;
