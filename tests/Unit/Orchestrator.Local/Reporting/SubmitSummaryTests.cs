using Orchestrator.Local.Reporting;

namespace Orchestrator.Tests.Unit.Local.Reporting;

public class What_became_of_submitted_orders
{
    readonly SubmitSummary _summary = new(1_200, 3, 2, 1.3);

    [Test]
    public void Is_one_line_of_json() =>
        _summary.ToJson().ShouldBe("""{"submitted":1200,"duplicates":3,"rejected":2,"seconds":1.300}""");

    [Test]
    public void Is_a_sentence_for_people() => _summary.ToString().ShouldBe(
        "1,200 orders submitted and confirmed by the broker in 1.3 s; 3 were known already, 2 lines were rejected.");
}
