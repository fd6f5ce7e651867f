/// The augmentations there are: one file of this folder and one line here for each.
public enum AugmentationCatalog {
  public static let all: [any Augmentation.Type] = [
    CenterCrop.self,
    ColorJitter.self,
    HorizontalFlip.self,
    Normalize.self,
    RandomCrop.self,
    RandomResizedCrop.self,
    Resize.self,
  ]
}
