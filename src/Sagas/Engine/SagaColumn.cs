namespace Orchestrator.Sagas.Engine;

/// <summary>A column of a saga's view that is read out of the saga's data.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Path">Where it stands in the data's JSON: camel case, dots between levels.</param>
public sealed record SagaColumn(string Name, string Path);
