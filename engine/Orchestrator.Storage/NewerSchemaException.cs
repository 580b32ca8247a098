using Orchestrator.Contracts;

namespace Orchestrator.Storage;

/// <summary>The database was written by a newer version of the program, which this one can't read safely.</summary>
public sealed class NewerSchemaException(string party, string migration)
    : TellableException(
        $"the {party} tables come from a newer version (migration {migration} is unknown here); run that version, or name another place "
        + $"for the data");
