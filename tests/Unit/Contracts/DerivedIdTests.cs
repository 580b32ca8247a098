using Orchestrator.Contracts;

namespace Orchestrator.Tests.Unit.Contracts;

public class A_derived_id
{
    [Test]
    public void Is_the_same_for_the_same_parts_and_another_for_others()
    {
        DerivedId.From("a", "bc").ShouldBe(DerivedId.From("a", "bc"));
        DerivedId.From("a", "bc").ShouldNotBe(DerivedId.From("ab", "c"));
    }

    [Test]
    public void Is_a_version_8_uuid()
    {
        var id = DerivedId.From("anything");
        id.Version.ShouldBe(8);
        (id.Variant & 0xC).ShouldBe(0x8);
    }
}
